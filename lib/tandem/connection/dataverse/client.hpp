// Dataverse Web API v9.2, the calls that tandem makes (contract: dataverse.md).
//
// Builds requests, reads answers through the JSON door, turns a status into an Error with the service's code, message and request
// id (context: code, status, request-id, endpoint). Never retries, never logs. Thread-safe. Error kinds: 401/403 auth; 404
// not_found; 412 conflict; 400/413 remote; 429 throttled; 503 transient (reads) — a 5xx, 408 or lost answer of a write is
// unknown_outcome; an unreadable answer of a read is remote.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <tandem/base/json/value.hpp>
#include <tandem/base/result.hpp>
#include <tandem/base/time/instant.hpp>
#include <tandem/connection/dataverse/model/entity.hpp>
#include <tandem/connection/dataverse/model/note.hpp>
#include <tandem/connection/dataverse/model/record.hpp>
#include <tandem/connection/http/spool.hpp>
#include <tandem/connection/http/transport.hpp>

namespace tandem::dataverse {

struct Identity {
  std::string user_id, business_unit_id, organization_id;  // lower-case GUIDs
};

struct Query {
  std::string set_name;  // "incidents"
  std::string primary_id;  // "incidentid"
  std::vector<std::string> select;  // query names; the primary id comes by itself
  std::string filter;  // OData, literals already quoted; encoded by the client
  std::string order_by;  // "modifiedon asc,incidentid asc"
  int page_size = 250;
  bool count = false;
};

struct Page {
  std::vector<Record> records;
  std::string next_link;  // followed verbatim; "" on the last page
  std::optional<std::int64_t> count;  // capped at 5000 by the service
  std::optional<Instant> date;  // the server's clock at this answer
};

enum class Created { created, existed };

struct RolePrivilege {
  std::string id;  // privilege id
  std::string depth;  // Basic, Local, Deep, Global
};

// One of a table's privileges.
struct Privilege {
  std::string id, name;  // "prvReadIncident"
};

class Client {
 public:
  // `organisation_url` as configured: scheme and host, no trailing slash.
  Client(std::string organisation_url, http::Transport& transport);

  Result<Identity> who_am_i();
  Result<Page> query(Query const& query);
  Result<Page> next(Page const& page, Query const& query);  // REQUIRES: page.next_link
  // One row; nothing when it does not exist or is not visible.
  Result<std::optional<Record>> get(std::string const& set_name, std::string const& primary_id, std::string const& id,
                                    std::vector<std::string> const& select);
  // PATCH with If-None-Match: *: creates with the given id or answers `existed` (412) and changes nothing. Idempotent by nature.
  Result<Created> create_with_id(std::string const& set_name, std::string const& id, json::Object const& body);
  // PATCH with If-Match: the row as it is after the write. conflict when the etag is stale.
  Result<Record> update(std::string const& set_name, std::string const& primary_id, std::string const& id,
                        std::string const& etag, json::Object const& body, std::vector<std::string> const& select);
  // An unbound action that answers nothing: CloseIncident, WinOpportunity, LoseOpportunity (§20, §21). Not repeatable: a lost answer is
  // unknown_outcome. A refusal's code is in the context.
  Result<Unit> act(std::string const& action, json::Object const& parameters);
  Result<Unit> remove(std::string const& set_name, std::string const& id);  // a missing row is not_found

  // create_with_id of many rows in one $batch (continue-on-error), at most `kMostBatch`; one result per body, in order.
  struct Upsert {
    std::string set_name, id;
    json::Object body;
  };
  static constexpr std::size_t kMostBatch = 100;
  Result<std::vector<Result<Created>>> create_many_with_id(std::vector<Upsert> const& rows);

  // Notes (client_notes.cpp). As create_with_id, and gives what the server kept; nothing when the row existed.
  Result<std::optional<Record>> create_note(std::string const& id, json::Object const& body);
  // The same with a file, sent without being whole in memory. `body` holds everything but documentbody.
  Result<std::optional<Record>> create_file_note(std::string const& id, json::Object const& body,
                                                 std::shared_ptr<http::Spool const> const& file);
  // A larger file in blocks: the note appears with the last request. A repetition begins anew.
  Result<Unit> upload_file_note(std::string const& id, json::Object const& body, std::shared_ptr<http::Spool const> const& file);
  // Gives the file's bytes, decoded, to `sink`; `most_bytes` of the file.
  Result<Unit> download_note_file(std::string const& id, std::uint64_t most_bytes,
                                  std::function<Result<Unit>(std::string_view)> const& sink);

  // Metadata. nothing when the table does not exist.
  Result<std::optional<Entity>> entity(std::string const& logical_name);
  struct EntityName {
    std::string logical_name, set_name, label, metadata_id;
    bool custom = false;
    std::map<std::string, Privilege> privileges;  // by kind: "Read", "AppendTo"
  };
  Result<std::vector<EntityName>> entity_names();
  // The static catalogue (customer-service, sales, field-service, custom) intersected with what exists, then the apps that the
  // role may see.
  Result<std::vector<Module>> modules(std::vector<EntityName> const& existing);

  // nothing when the function cannot be called by this role.
  Result<std::vector<RolePrivilege>> user_privileges(std::string const& user_id);
  struct Organization {
    std::string name;
    std::int64_t max_upload_file_size = 0;  // bytes, compared with the base64 length
    std::string blocked_attachments;  // extensions, separated by ";"
  };
  Result<Organization> organization(std::string const& organization_id);

  // https://<org>/main.aspx?pagetype=entityrecord&etn=…&id=…
  [[nodiscard]] std::string record_url(std::string const& entity, std::string const& id) const;
  [[nodiscard]] std::string const& url() const { return organisation_url_; }

 private:
  std::string organisation_url_;
  http::Transport& transport_;
};

// OData literals: the only way in which values enter a filter.
std::string quoted(std::string_view text);  // 'O''Brien'
std::string literal(Instant at);  // 2024-05-01T10:00:00Z, whole seconds
// Microsoft.Dynamics.CRM.In(PropertyName='incidentid',PropertyValues=["…","…"])
std::string in_list(std::string_view column, std::vector<std::string> const& values);

}  // namespace tandem::dataverse
