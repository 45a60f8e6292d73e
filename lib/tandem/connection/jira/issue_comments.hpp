// The comments that come along with an issue (contract: jira.md §4): its newest only, so that many issues are looked at in one request.
#pragma once

#include <optional>
#include <vector>

#include <tandem/connection/jira/model/comment.hpp>
#include <tandem/connection/jira/model/issue.hpp>

namespace tandem::jira {

// What `fields.comment` holds, without properties; nothing when the issue has more than came along.
std::optional<std::vector<Comment>> comments_of(Issue const& issue);

}  // namespace tandem::jira
