#include "dataverse/metadata_document.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "dataverse/predicate_parts.hpp"
#include "dataverse/schema_change.hpp"

namespace sandbox::dataverse {

namespace {

struct Parameter {
  std::string_view name, type;
  bool nullable = false;
};
struct Operation {
  std::string_view name;
  bool action = true, bound = false;
  std::vector<Parameter> parameters;
  std::string_view returns;  // "" for none; "…Response" names a complex type below
  std::vector<Parameter> response;
};

std::vector<Operation> const& operations() {
  static std::vector<Operation> const all{
      {"WhoAmI",
       false,
       false,
       {},
       "mscrm.WhoAmIResponse",
       {{"BusinessUnitId", "Edm.Guid"}, {"UserId", "Edm.Guid"}, {"OrganizationId", "Edm.Guid"}}},
      {"RetrieveVersion", false, false, {}, "mscrm.RetrieveVersionResponse", {{"Version", "Edm.String"}}},
      {"RetrieveAppComponents", false, false, {{"AppModuleId", "Edm.Guid"}}, "Collection(mscrm.crmbaseentity)", {}},
      {"RetrieveUserPrivileges",
       false,
       true,
       {{"entity", "mscrm.systemuser"}},
       "mscrm.RetrieveUserPrivilegesResponse",
       {{"RolePrivileges", "Collection(mscrm.RolePrivilege)"}}},
      {"RetrieveUserPrivilegeByPrivilegeName",
       false,
       true,
       {{"entity", "mscrm.systemuser"}, {"PrivilegeName", "Edm.String"}},
       "mscrm.RetrieveUserPrivilegeByPrivilegeNameResponse",
       {{"RolePrivileges", "Collection(mscrm.RolePrivilege)"}}},
      {"RetrieveUserPrivilegeByPrivilegeId",
       false,
       true,
       {{"entity", "mscrm.systemuser"}, {"PrivilegeId", "Edm.Guid"}},
       "mscrm.RetrieveUserPrivilegeByPrivilegeIdResponse",
       {{"RolePrivileges", "Collection(mscrm.RolePrivilege)"}}},
      {"RetrievePrincipalAccess",
       false,
       true,
       {{"entity", "mscrm.systemuser"}, {"Target", "mscrm.crmbaseentity"}},
       "mscrm.RetrievePrincipalAccessResponse",
       {{"AccessRights", "mscrm.AccessRights"}}},
      {"CloseIncident", true, false, {{"IncidentResolution", "mscrm.incidentresolution"}, {"Status", "Edm.Int32"}}, "", {}},
      {"WinOpportunity", true, false, {{"OpportunityClose", "mscrm.opportunityclose"}, {"Status", "Edm.Int32"}}, "", {}},
      {"LoseOpportunity", true, false, {{"OpportunityClose", "mscrm.opportunityclose"}, {"Status", "Edm.Int32"}}, "", {}},
      {"QualifyLead",
       true,
       true,
       {{"entity", "mscrm.lead"},
        {"CreateAccount", "Edm.Boolean"},
        {"CreateContact", "Edm.Boolean"},
        {"CreateOpportunity", "Edm.Boolean"},
        {"OpportunityCurrencyId", "mscrm.transactioncurrency", true},
        {"OpportunityCustomerId", "mscrm.crmbaseentity", true},
        {"Status", "Edm.Int32"}},
       "Collection(mscrm.crmbaseentity)",
       {}},
      {"InitializeAnnotationBlocksUpload",
       true,
       false,
       {{"Target", "mscrm.annotation"}},
       "mscrm.InitializeAnnotationBlocksUploadResponse",
       {{"FileContinuationToken", "Edm.String"}}},
      {"UploadBlock",
       true,
       false,
       {{"BlockId", "Edm.String"}, {"BlockData", "Edm.Binary"}, {"FileContinuationToken", "Edm.String"}},
       "",
       {}},
      {"CommitAnnotationBlocksUpload",
       true,
       false,
       {{"Target", "mscrm.annotation"}, {"BlockList", "Collection(Edm.String)"}, {"FileContinuationToken", "Edm.String"}},
       "mscrm.CommitAnnotationBlocksUploadResponse",
       {{"AnnotationId", "Edm.Guid"}, {"FileSizeInBytes", "Edm.Int64"}}},
      {"InitializeAnnotationBlocksDownload",
       true,
       false,
       {{"Target", "mscrm.annotation"}},
       "mscrm.InitializeAnnotationBlocksDownloadResponse",
       {{"FileContinuationToken", "Edm.String"}, {"FileSizeInBytes", "Edm.Int64"}, {"FileName", "Edm.String"}}},
      {"DownloadBlock",
       true,
       false,
       {{"Offset", "Edm.Int64"}, {"BlockLength", "Edm.Int64"}, {"FileContinuationToken", "Edm.String"}},
       "mscrm.DownloadBlockResponse",
       {{"Data", "Edm.Binary"}}},
      {"CreateMultiple",
       true,
       true,
       {{"entityset", "Collection(mscrm.crmbaseentity)"}, {"Targets", "Collection(mscrm.crmbaseentity)"}},
       "mscrm.CreateMultipleResponse",
       {{"Ids", "Collection(Edm.Guid)"}}},
      {"UpdateMultiple",
       true,
       true,
       {{"entityset", "Collection(mscrm.crmbaseentity)"}, {"Targets", "Collection(mscrm.crmbaseentity)"}},
       "",
       {}},
  };
  return all;
}

constexpr std::string_view kFixedTypes =
    R"(      <EntityType Name="crmbaseentity" Abstract="true" />
      <EntityType Name="principal" BaseType="mscrm.crmbaseentity">
        <Key>
          <PropertyRef Name="ownerid" />
        </Key>
        <Property Name="ownerid" Type="Edm.Guid" />
      </EntityType>
      <EnumType Name="AccessRights" IsFlags="true">
        <Member Name="None" Value="0" />
        <Member Name="ReadAccess" Value="1" />
        <Member Name="WriteAccess" Value="2" />
        <Member Name="AppendAccess" Value="4" />
        <Member Name="AppendToAccess" Value="16" />
        <Member Name="CreateAccess" Value="32" />
        <Member Name="DeleteAccess" Value="65536" />
        <Member Name="ShareAccess" Value="262144" />
        <Member Name="AssignAccess" Value="524288" />
      </EnumType>
      <EnumType Name="PrivilegeDepth">
        <Member Name="Basic" Value="0" />
        <Member Name="Local" Value="1" />
        <Member Name="Deep" Value="2" />
        <Member Name="Global" Value="3" />
      </EnumType>
      <ComplexType Name="RolePrivilege">
        <Property Name="Depth" Type="mscrm.PrivilegeDepth" Nullable="false" />
        <Property Name="PrivilegeId" Type="Edm.Guid" Nullable="false" />
        <Property Name="BusinessUnitId" Type="Edm.Guid" Nullable="false" />
        <Property Name="PrivilegeName" Type="Edm.String" Unicode="false" />
        <Property Name="RecordFilterId" Type="Edm.Guid" Nullable="false" />
        <Property Name="RecordFilterUniqueName" Type="Edm.String" Unicode="false" />
      </ComplexType>
)";

std::string facets(std::string_view type) {
  if (type == "Edm.String") return " Unicode=\"false\"";
  return type == "Edm.Decimal" ? " Scale=\"Variable\"" : "";
}

class Document {
 public:
  explicit Document(Schema const& schema) : schema_(schema) {
    for (auto const& table : schema.tables()) {
      if (table->is_activity) activities_.push_back(table.get());
    }
  }

  std::string text() {
    out_ =
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
        "<edmx:Edmx xmlns:edmx=\"http://docs.oasis-open.org/odata/ns/edmx\" Version=\"4.0\">\n"
        "  <edmx:DataServices>\n"
        "    <Schema xmlns=\"http://docs.oasis-open.org/odata/ns/edm\" Namespace=\"Microsoft.Dynamics.CRM\" Alias=\"mscrm\">\n";
    out_ += kFixedTypes;
    if (!activities_.empty()) activity_pointer();
    for (auto const& table : schema_.tables()) entity_type(*table);
    for (auto const& operation : operations()) add(operation);
    container();
    out_ += "    </Schema>\n  </edmx:DataServices>\n</edmx:Edmx>\n";
    return std::move(out_);
  }

 private:
  static bool has(Table const& table, Column const& column) {
    auto const index = table.index_of(column.name);
    return index >= 0 && edm_name(table.column(index)) == edm_name(column);
  }

  // A column of the base type: all activities have it.
  bool is_common(Column const& column) const {
    return std::all_of(activities_.begin(), activities_.end(), [&](Table const* table) { return has(*table, column); });
  }

  void property(Column const& column) {
    if (!column.readable) return;
    auto const type = edm_name(column);
    out_ += fmt::format("        <Property Name=\"{}\" Type=\"{}\"{} />\n", column.query_name, type, facets(type));
  }

  void key(std::string_view name) {
    out_ += fmt::format("        <Key>\n          <PropertyRef Name=\"{}\" />\n        </Key>\n", name);
  }

  void activity_pointer() {
    out_ += "      <EntityType Name=\"activitypointer\" BaseType=\"mscrm.crmbaseentity\">\n";
    key("activityid");
    for (auto const& column : activities_.front()->columns) {
      if (is_common(column)) property(column);
    }
    out_ += "      </EntityType>\n";
  }

  // ownerid is one navigation to users and teams alike.
  void navigations(Column const& column) {
    if (column.type == Type::owner) {
      out_ += fmt::format("        <NavigationProperty Name=\"{}\" Type=\"mscrm.principal\" Nullable=\"false\" />\n",
                          column.targets.front().navigation);
      return;
    }
    for (auto const& target : column.targets) {
      auto const* other = schema_.table(target.table);
      if (other == nullptr) continue;
      auto const partner =
          target.collection_navigation.empty() ? "" : fmt::format(" Partner=\"{}\"", target.collection_navigation);
      out_ += fmt::format("        <NavigationProperty Name=\"{}\" Type=\"mscrm.{}\" Nullable=\"false\"{}>\n", target.navigation,
                          other->name, partner);
      out_ += fmt::format("          <ReferentialConstraint Property=\"{}\" ReferencedProperty=\"{}\" />\n", column.query_name,
                          other->primary_id);
      out_ += "        </NavigationProperty>\n";
    }
  }

  void collections(Table const& table) {
    for (auto const& other : schema_.tables()) {
      for (auto const& column : other->columns) {
        auto const* target = column.target(table.name);
        if (target == nullptr || target->collection_navigation.empty()) continue;
        out_ += fmt::format("        <NavigationProperty Name=\"{}\" Type=\"Collection(mscrm.{})\" Partner=\"{}\" />\n",
                            target->collection_navigation, other->name, target->navigation);
      }
    }
  }

  void entity_type(Table const& table) {
    bool const principal = table.name == "systemuser" || table.name == "team";
    out_ += fmt::format("      <EntityType Name=\"{}\" BaseType=\"mscrm.{}\">\n", table.name,
                        table.is_activity ? "activitypointer" : (principal ? "principal" : "crmbaseentity"));
    key(table.primary_id);
    for (auto const& column : table.columns) {
      if (!is_gone(column) && (!table.is_activity || !is_common(column))) property(column);
    }
    for (auto const& column : table.columns) {
      if (!is_gone(column) && column.is_lookup()) navigations(column);
    }
    collections(table);
    out_ += "      </EntityType>\n";
  }

  // What speaks of tables that this world does not have is left out.
  bool is_known(Operation const& operation) const {
    return std::all_of(operation.parameters.begin(), operation.parameters.end(), [&](Parameter const& parameter) {
      constexpr std::string_view kOurs = "mscrm.";
      if (!parameter.type.starts_with(kOurs) || parameter.type == "mscrm.crmbaseentity") return true;
      return schema_.table(parameter.type.substr(kOurs.size())) != nullptr;
    });
  }

  void add(Operation const& operation) {
    if (!is_known(operation)) return;
    constexpr std::string_view kOurs = "mscrm.";
    if (!operation.response.empty()) {
      out_ += fmt::format("      <ComplexType Name=\"{}\">\n", operation.returns.substr(kOurs.size()));
      for (auto const& one : operation.response)
        out_ += fmt::format("        <Property Name=\"{}\" Type=\"{}\"{} />\n", one.name, one.type, facets(one.type));
      out_ += "      </ComplexType>\n";
    }
    auto const kind = operation.action ? "Action" : "Function";
    out_ += fmt::format("      <{} Name=\"{}\"{}>\n", kind, operation.name, operation.bound ? " IsBound=\"true\"" : "");
    for (auto const& one : operation.parameters) {
      out_ += fmt::format("        <Parameter Name=\"{}\" Type=\"{}\"{}{} />\n", one.name, one.type,
                          one.nullable ? "" : " Nullable=\"false\"", facets(one.type));
    }
    if (!operation.returns.empty())
      out_ += fmt::format("        <ReturnType Type=\"{}\" Nullable=\"false\" />\n", operation.returns);
    out_ += fmt::format("      </{}>\n", kind);
  }

  void container() {
    out_ += "      <EntityContainer Name=\"System\">\n";
    for (auto const& table : schema_.tables()) {
      out_ +=
          fmt::format("        <EntitySet Name=\"{}\" EntityType=\"Microsoft.Dynamics.CRM.{}\">\n", table->set_name, table->name);
      for (auto const& column : table->columns) {
        for (auto const& target : column.targets) {
          auto const* other = schema_.table(target.table);
          if (other == nullptr || column.type == Type::owner) continue;
          out_ += fmt::format("          <NavigationPropertyBinding Path=\"{}\" Target=\"{}\" />\n", target.navigation,
                              other->set_name);
        }
      }
      out_ += "        </EntitySet>\n";
    }
    for (auto const& operation : operations()) {
      if (operation.bound || !is_known(operation)) continue;
      auto const kind = operation.action ? "Action" : "Function";
      out_ += fmt::format("        <{0}Import Name=\"{1}\" {0}=\"Microsoft.Dynamics.CRM.{1}\" />\n", kind, operation.name);
    }
    out_ += "      </EntityContainer>\n";
  }

  Schema const& schema_;
  std::vector<Table const*> activities_;
  std::string out_;
};

}  // namespace

Response metadata_document(Engine const& engine) {
  Response response{200, {}, Document(engine.schema).text()};
  return response.with("Content-Type", "application/xml").with("OData-Version", "4.0");
}

}  // namespace sandbox::dataverse
