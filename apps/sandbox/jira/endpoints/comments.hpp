// Comments and their properties (contract §8). Adding, editing and deleting moves the issue's `updated`; comment properties do not.
#pragma once

#include "jira/site.hpp"

namespace sandbox::jira {

Response get_comments(Site& site, Call const& call);
Response post_comment(Site& site, Call const& call);
Response get_comment(Site& site, Call const& call);
Response put_comment(Site& site, Call const& call);
Response delete_comment(Site& site, Call const& call);
Response post_comment_list(Site& site, Call const& call);

Response get_comment_property_keys(Site& site, Call const& call);
Response get_comment_property(Site& site, Call const& call);
Response put_comment_property(Site& site, Call const& call);
Response delete_comment_property(Site& site, Call const& call);

}  // namespace sandbox::jira
