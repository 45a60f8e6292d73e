#include "box.hpp"
#include "targets.hpp"

namespace fuzz {

void batch(std::string_view bytes) {
  send(sandbox::ServiceName::dataverse,
       {"POST",
        "/api/data/v9.2/$batch",
        {{"Authorization", dataverse_authorization()}, {"Content-Type", "multipart/mixed; boundary=b"}},
        std::string(bytes)});
  send(sandbox::ServiceName::jira, {"POST",
                                    "/rest/api/3/issue/SUP-1/attachments",
                                    {{"Authorization", jira_authorization()},
                                     {"Content-Type", "multipart/form-data; boundary=b"},
                                     {"X-Atlassian-Token", "no-check"}},
                                    std::string(bytes)});
}

}  // namespace fuzz
