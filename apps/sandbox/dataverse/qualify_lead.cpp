// QualifyLead (dataverse.md §21), bound to a lead: closes it as qualified and makes what was asked for of it.
#include <fmt/format.h>

#include "dataverse/functions.hpp"
#include "dataverse/rows.hpp"
#include "dataverse/status_rules.hpp"
#include "dataverse/write_body.hpp"

namespace sandbox::dataverse {

namespace json = tandem::json;

namespace {

constexpr std::int64_t kOpen = 0, kQualified = 1;

Checked<bool> flag(json::Object const& parameters, std::string_view name) {
  auto const* given = parameters.find(name);
  if (given == nullptr || !given->is_bool())
    return tl::unexpected(invalid_argument(fmt::format("The parameter '{}' of 'QualifyLead' is required.", name)));
  return given->truthy();
}

class Qualification {
 public:
  Qualification(Engine& engine, Call const& call, Table const& lead, std::string const& id)
      : engine_(engine), call_(call), lead_(lead), id_(id) {}

  Checked<json::Array> create(bool account, bool contact, bool opportunity, json::Object const& parameters) {
    auto const origin = fmt::format("/leads({})", id_);
    if (account) {
      json::Object body{{"originatingleadid@odata.bind", origin}};
      copy(body, "companyname", "name");
      if (body.find("name") == nullptr) copy(body, "fullname", "name");
      copy_all(body, {"telephone1", "emailaddress1", "websiteurl", "address1_city", "numberofemployees", "description"});
      SANDBOX_TRY(customer_, insert("account", body));
    }
    if (contact) {
      json::Object body{{"originatingleadid@odata.bind", origin}};
      copy_all(body, {"firstname", "lastname", "jobtitle", "telephone1", "emailaddress1", "description"});
      if (!customer_.empty()) body.set("parentcustomerid_account@odata.bind", customer_);
      SANDBOX_TRY(auto const made, insert("contact", body));
      if (customer_.empty()) customer_ = made;
    }
    if (opportunity) {
      json::Object body{{"originatingleadid@odata.bind", origin}};
      copy(body, "subject", "name");
      copy_all(body, {"description", "estimatedclosedate", "budgetamount"});
      SANDBOX_TRY([[maybe_unused]] auto const bound, bind_opportunity(body, parameters));
      SANDBOX_TRY(opportunity_, insert("opportunity", body));
    }
    return std::move(made_);
  }

  std::string const& opportunity() const { return opportunity_; }

 private:
  void copy(json::Object& body, std::string const& from, std::string const& to) const {
    auto const index = lead_.index_of(from);
    if (index < 0) return;
    auto value = engine_.presenter().value(lead_, *engine_.database.find(lead_, id_), index);
    if (!value.is_null()) body.set(to, std::move(value));
  }
  void copy_all(json::Object& body, std::initializer_list<char const*> names) const {
    for (auto const* name : names) copy(body, name, name);
  }

  // Customer and currency come from the parameters, else from what was just made.
  Checked<std::monostate> bind_opportunity(json::Object& body, json::Object const& parameters) const {
    auto const given = [&](std::string_view name, std::string_view key) -> std::string {
      auto const* value = parameters.find(name);
      return value == nullptr ? "" : (*value)[key].text_or("");
    };
    auto customer = customer_;
    for (auto const& [key, set] : {std::pair("accountid", "accounts"), std::pair("contactid", "contacts")}) {
      if (auto const id = given("OpportunityCustomerId", key); !id.empty()) customer = fmt::format("/{}({})", set, id);
    }
    if (!customer.empty())
      body.set(customer.starts_with("/contacts") ? "customerid_contact@odata.bind" : "customerid_account@odata.bind", customer);
    if (auto const id = given("OpportunityCurrencyId", "transactioncurrencyid"); !id.empty())
      body.set("transactioncurrencyid@odata.bind", fmt::format("/transactioncurrencies({})", id));
    return std::monostate{};
  }

  Checked<std::string> insert(std::string const& name, json::Object body) {
    auto const* table = engine_.schema.table(name);
    if (table == nullptr) return tl::unexpected(unknown_segment(engine_.settings.dialect, name));
    // A world may have a simpler table; what it does not have is left out.
    json::Object known;
    for (auto& [key, value] : body) {
      auto const at = key.find('@');
      bool const fits = at == std::string::npos ? table->index_of(key) >= 0 : table->navigation(key.substr(0, at)).column >= 0;
      if (fits) known.append(key, std::move(value));
    }
    SANDBOX_TRY(auto const* row, insert_row(engine_, call_, *table, {}, known));
    made_.push_back(json::Object{{"@odata.type", "#Microsoft.Dynamics.CRM." + name}, {table->primary_id, row->id()}});
    return fmt::format("/{}({})", table->set_name, row->id());
  }

  Engine& engine_;
  Call const& call_;
  Table const& lead_;
  std::string id_, customer_, opportunity_;
  json::Array made_;
};

}  // namespace

Checked<Response> qualify_lead(Engine& engine, Call const& call, Table const& lead, std::string const& id) {
  SANDBOX_TRY([[maybe_unused]] auto const allowed, need(engine, call.caller, "Write", lead));
  SANDBOX_TRY(auto const parameters, parameters_of(call));
  SANDBOX_TRY(bool const account, flag(parameters, "CreateAccount"));
  SANDBOX_TRY(bool const contact, flag(parameters, "CreateContact"));
  SANDBOX_TRY(bool const opportunity, flag(parameters, "CreateOpportunity"));
  SANDBOX_TRY(auto const status, status_parameter(engine, parameters));
  Row qualified = *engine.database.find(lead, id);
  if (qualified.number(lead.state) != kOpen) return tl::unexpected(invalid_argument("The lead is already closed."));
  SANDBOX_TRY([[maybe_unused]] auto const moved, set_state(lead, qualified, kQualified, status));
  Transaction transaction(engine.database);
  Qualification work(engine, call, lead, id);
  SANDBOX_TRY(auto made, work.create(account, contact, opportunity, parameters));
  store_row(engine, call.caller, lead, std::move(qualified), Write::update);
  if (!work.opportunity().empty() && lead.navigation("qualifyingopportunityid").column >= 0) {
    Row linked = *engine.database.find(lead, id);
    auto const* opportunities = engine.schema.table("opportunity");
    auto const open = work.opportunity().find('(');
    linked.set(lead.index_of("qualifyingopportunityid"), Reference{opportunities, work.opportunity().substr(open + 1, 36)});
    engine.database.put(lead, std::move(linked));
  }
  transaction.commit();
  return json_answer(200,
                     json::Object{{"@odata.context", call.base + "/$metadata#Collection(Microsoft.Dynamics.CRM.crmbaseentity)"},
                                  {"value", std::move(made)}});
}

}  // namespace sandbox::dataverse
