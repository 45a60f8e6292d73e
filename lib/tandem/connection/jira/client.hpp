// Jira Cloud REST v3, the calls that tandem makes (contract: jira.md).
//
// Same rules as the Dataverse client. A response with X-Seraph-LoginReason AUTHENTICATED_FAILED or AUTHENTICATION_DENIED is an
// auth error whatever its status (a dead token is answered 200 and empty). Timestamps carry varying offsets: compare instants.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <tandem/base/json/value.hpp>
#include <tandem/base/result.hpp>
#include <tandem/base/time/instant.hpp>
#include <tandem/connection/http/spool.hpp>
#include <tandem/connection/http/transport.hpp>
#include <tandem/connection/jira/model/changelog.hpp>
#include <tandem/connection/jira/model/comment.hpp>
#include <tandem/connection/jira/model/field.hpp>
#include <tandem/connection/jira/model/issue.hpp>
#include <tandem/connection/jira/model/transition.hpp>

namespace tandem::jira {

struct Myself {
  std::string account_id, display_name, email, time_zone;
};

struct User {
  std::string account_id, display_name;
  std::string email;  // "" where privacy settings hide it (contract: jira.md §6)
  bool active = true;
};

// What was wrong with one element of a bulk create or one edit.
struct Rejection {
  int status = 0;
  std::vector<std::string> messages;
  std::map<std::string, std::string> fields;  // field id -> text, localised
  [[nodiscard]] std::string to_line() const;
};

struct BulkCreated {
  // One per request element, in order: the issue or why not.
  struct Element {
    std::optional<IssueRef> issue;
    Rejection rejection;
  };
  std::vector<Element> elements;
};

struct Search {
  std::string jql;
  std::vector<std::string> fields, properties;
  int page_size = 50;
};
struct SearchPage {
  std::vector<Issue> issues;
  std::string next_token;  // "" on the last page
};

class Client {
 public:
  // `base_url`: the site, or the gateway with cloud id; `site_url` is what people open in a browser; `media_host` is where files may be
  // fetched from, "" = Atlassian's own (with a Jira on loopback: loopback too).
  Client(std::string base_url, std::string site_url, http::Transport& transport, std::string media_host = {});

  Result<Myself> myself();
  // Any authenticated read that is as cheap as can be, for a fresh `Date`.
  Result<Instant> server_time();

  // POST issue/bulk, at most 50 elements (each {fields, properties}). Not repeatable: a lost answer is unknown_outcome.
  // An answer that cannot be mapped to its elements (counts do not add up) is unknown_outcome too.
  static constexpr std::size_t kMostBulk = 50;
  Result<BulkCreated> create_issues(std::vector<json::Object> const& updates);
  // POST issue/bulkfetch, at most 100; missing issues are absent, rows come in any order.
  static constexpr std::size_t kMostFetch = 100;
  Result<std::vector<Issue>> bulk_fetch(std::vector<std::string> const& ids_or_keys, std::vector<std::string> const& fields,
                                        std::vector<std::string> const& properties);
  // GET issue: read-after-write correct; nothing when it does not exist or is not visible.
  Result<std::optional<Issue>> get(std::string const& id_or_key, std::vector<std::string> const& fields,
                                   std::vector<std::string> const& properties);
  // PUT issue with returnIssue=true: the issue as it is after the write. `body` is {fields, update, historyMetadata}.
  // A 400 is ErrorKind::remote with one context entry per field: ("field:duedate", "text").
  Result<Issue> edit(std::string const& id, json::Object const& body);
  // Those that this account may do now, with the fields of their screens; nothing when the issue does not exist. An empty list means no
  // permission or an end state, and is no error (§7).
  Result<std::optional<std::vector<Transition>>> transitions(std::string const& issue_id);
  // POST: {transition:{id}, fields?, update?, historyMetadata?}. Not repeatable: a lost answer is unknown_outcome. Success does not prove the
  // target status: read it back.
  Result<Unit> transition(std::string const& issue_id, json::Object const& body);
  // The workflow of a project and issue type, where this account may read it: that takes the right to administer or to view workflows. Nothing
  // where it may not, or where the site answers otherwise than known: what it looks like then is not verified.
  Result<std::optional<std::vector<WorkflowStep>>> workflow(std::string const& project_id, std::string const& issue_type_id);
  Result<SearchPage> search(Search const& search, std::string const& token = {});

  // POST changelog/bulkfetch: what was changed, in all of the issues' histories, of these fields (all when there are more than ten or none).
  // Issues without such an entry are absent. At most 1000 ids.
  Result<Changelogs> changelogs(std::vector<std::string> const& ids, std::vector<std::string> const& field_ids);

  // Upsert by globalId of the whole object; idempotent by nature.
  Result<Unit> put_remote_link(std::string const& issue_id, json::Object const& link);
  // By its globalId, as Jira holds it; nothing when the issue has none such.
  Result<std::optional<json::Value>> remote_link(std::string const& issue_id, std::string const& global_id);
  Result<Unit> remove_remote_link(std::string const& issue_id, std::string const& global_id);
  Result<std::optional<json::Value>> property(std::string const& issue_id, std::string const& key);
  Result<Unit> put_property(std::string const& issue_id, std::string const& key, json::Value const& value);
  Result<Unit> remove_property(std::string const& issue_id, std::string const& key);  // absent is fine

  // Comments (client_comments.cpp). All that are visible, oldest first, in pages; each with its properties where the site gives them in a list.
  Result<std::vector<Comment>> comments(std::string const& issue_id);
  // By id, with properties. Those that are gone are absent.
  Result<std::vector<Comment>> comments_by_id(std::vector<std::string> const& ids);
  // Not repeatable: a lost answer is unknown_outcome. `properties` are set by the same call.
  Result<Comment> add_comment(std::string const& issue_id, json::Value const& body, json::Object const& properties);
  // The whole body anew: the same call twice is the same as once.
  Result<Comment> edit_comment(std::string const& issue_id, std::string const& id, json::Value const& body);

  // Files (client_files.cpp). What `fields.attachment` of an issue holds.
  static std::vector<Attachment> attachments_of(Issue const& issue);
  struct FileLimit {
    bool enabled = true;
    std::uint64_t most_bytes = 0;  // of one file; 0 = not said
  };
  Result<FileLimit> file_limit();
  // Not repeatable: a lost answer is unknown_outcome. REQUIRES: a name without quotes and line ends.
  Result<Attachment> upload(std::string const& issue_id, std::string const& name, std::string const& mime_type,
                            std::shared_ptr<http::Spool const> const& file);
  // Gives the file's bytes to `sink`. The redirect to the media host is followed without credentials, and to an allowed host only (SPEC I4).
  Result<Unit> download(std::string const& attachment_id, std::uint64_t most_bytes,
                        std::function<Result<Unit>(std::string_view)> const& sink);

  // Accounts whose name or address begins with `text`, at most 50. Needs the permission to browse users; without it the list is empty.
  Result<std::vector<User>> find_users(std::string const& text);
  Result<std::optional<User>> user(std::string const& account_id);

  // Metadata. nothing when it does not exist.
  Result<std::optional<Project>> project(std::string const& id_or_key);
  Result<std::vector<IssueType>> issue_types(std::string const& project_id_or_key);  // that can be created
  Result<std::vector<Field>> create_fields(std::string const& project_id_or_key, std::string const& issue_type_id);  // all pages
  Result<std::vector<Field>> all_fields();
  Result<std::vector<Status>> statuses(std::string const& project_id_or_key, std::string const& issue_type_id);
  Result<std::vector<ProjectPart>> parts(Project const& project, PartKind kind);
  // POST component or version; needs the right to administer the project. Idempotent by nature, since the name is unique within the project: a
  // repetition makes no second one but is refused (remote).
  Result<ProjectPart> make_part(Project const& project, PartKind kind, std::string const& name);
  Result<std::vector<Resolution>> resolutions();
  Result<std::map<std::string, bool>> my_permissions(std::string const& project_key, std::vector<std::string> const& names);

  [[nodiscard]] std::string issue_url(std::string const& key) const;  // https://SITE/browse/KEY
  [[nodiscard]] std::string const& site_url() const { return site_url_; }

 private:
  std::string base_url_, site_url_;
  http::Transport& transport_;
  std::string media_host_;
};

std::string quoted_jql(std::string_view text);  // "…" with \ and " escaped

}  // namespace tandem::jira
