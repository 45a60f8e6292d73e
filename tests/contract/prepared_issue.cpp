#include "contract/prepared_issue.hpp"

#include <stdexcept>
#include <utility>

#include <fmt/format.h>

namespace tandem::test {

Prepared prepare(Guest& guest) {
  Prepared out;
  out.account = guest.ask_jira("GET", "/rest/api/3/myself")["accountId"].text_or("");
  auto const document = R"({"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","text":"x"}]}]})";
  auto const create = [&](std::string const& fields, std::string const& project = "SUP") {
    auto const made =
        guest.ask_jira("POST", "/rest/api/3/issue", R"({"fields":{"project":{"key":")" + project + "\"}," + fields + "}}");
    return made["id"].text_or("");
  };
  out.issue = create(fmt::format(
      R"("issuetype":{{"id":"10002"}},"summary":"All","description":{},"labels":["a"],"duedate":"2026-12-01","assignee":{{"accountId":"{}"}},
         "components":[{{"name":"Hardware"}}],"fixVersions":[{{"name":"1.0"}}],
         "customfield_10050":"text","customfield_10051":{},"customfield_10052":2.5,"customfield_10055":{{"id":"10120"}},
         "customfield_10056":[{{"id":"10130"}}])",
      document, out.account, document));
  out.estimated = create(R"("issuetype":{"id":"10002"},"summary":"Estimated","customfield_10080":{"id":"10180"})", "DESK");
  guest.ask_jira("PUT", "/rest/api/3/issue/" + out.estimated,
                 R"({"fields":{"timetracking":{"originalEstimate":"2d","remainingEstimate":"1d"}}})");
  out.open = create(R"("issuetype":{"id":"10002"},"summary":"Open")");
  out.subtask = create(fmt::format(R"("issuetype":{{"id":"10003"}},"summary":"Below","parent":{{"id":"{}"}})", out.issue));
  auto const on_issue = "/rest/api/3/issue/" + out.issue;
  out.comment = guest
                    .ask_jira("POST", on_issue + "/comment",
                              fmt::format(R"({{"body":{},"properties":[{{"key":"p","value":{{"a":1}}}}]}})", document))["id"]
                    .text_or("");
  guest.ask_jira("PUT", on_issue + "/properties/p", R"({"a":1})");
  out.worklog = guest
                    .ask_jira("POST", on_issue + "/worklog",
                              fmt::format(R"({{"started":"2026-11-01T10:00:00.000+0000","timeSpentSeconds":3600,"comment":{}}})",
                                          document))["id"]
                    .text_or("");
  out.remote_link =
      guest
          .ask_jira(
              "POST", on_issue + "/remotelink",
              R"({"globalId":"g","application":{"type":"t","name":"n"},"relationship":"synced with","object":{"url":"https://x","title":"t","summary":"s",
                     "icon":{"url16x16":"https://x/i.png","title":"i"},"status":{"resolved":true,"icon":{"url16x16":"https://x/i.png","title":"i","link":"https://x"}}}})")
              ["id"]
          .scalar_text();
  guest.ask_jira("POST", "/rest/api/3/issueLink",
                 fmt::format(R"({{"type":{{"name":"Relates"}},"inwardIssue":{{"id":"{}"}},"outwardIssue":{{"id":"{}"}}}})",
                             out.issue, out.open));
  auto const file = guest.jira("POST", on_issue + "/attachments",
                               "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\nContent-Type: "
                               "text/plain\r\n\r\nx\r\n--b--\r\n",
                               {{"Content-Type", "multipart/form-data; boundary=b"}, {"X-Atlassian-Token", "no-check"}});
  if (file.status != 200) throw std::runtime_error("an upload: " + file.body);
  out.attachment = json_of(file).at(0)["id"].scalar_text();
  guest.ask_jira(
      "PUT", on_issue,
      R"({"fields":{"summary":"All, changed"},"update":{"labels":[{"add":"b"}]},"historyMetadata":{"description":"by hand"}})");
  guest.ask_jira("PUT", on_issue + "/assignee", R"({"accountId":null})");
  guest.ask_jira("PUT", on_issue + "/assignee", fmt::format(R"({{"accountId":"{}"}})", out.account));
  for (auto const* const id : {"11", "31"})
    guest.ask_jira("POST", on_issue + "/transitions", fmt::format(R"({{"transition":{{"id":"{}"}}}})", id));
  out.issue_link = guest.ask_jira("GET", on_issue)["fields"]["issuelinks"].at(0)["id"].scalar_text();
  return out;
}

std::string filled(std::string target, Prepared const& prepared) {
  for (auto const& [name, value] : {std::pair<char const*, std::string>{"{issue}", prepared.issue},
                                    {"{open}", prepared.open},
                                    {"{subtask}", prepared.subtask},
                                    {"{estimated}", prepared.estimated},
                                    {"{account}", prepared.account},
                                    {"{comment}", prepared.comment},
                                    {"{worklog}", prepared.worklog},
                                    {"{remoteLink}", prepared.remote_link},
                                    {"{attachment}", prepared.attachment},
                                    {"{issueLink}", prepared.issue_link}}) {
    if (auto const at = target.find(name); at != std::string::npos) target.replace(at, std::string(name).size(), value);
  }
  return target;
}

}  // namespace tandem::test
