// The table of SPEC C2 as data: a mapping of every type between the table new_ticket and an issue, and values that people set on both sides.
#pragma once

#include <string>
#include <vector>

namespace tandem::test {

// One mapping of the table new_ticket, and what is done with it.
struct ValueRow {
  std::string name;
  std::string mapping;  // as in an item file
  std::string column;  // as the state shows it
  std::string start;  // PATCH body that the story begins with
  std::string field;  // id
  std::string jira_other;  // what a person sets in Jira
  std::string column_other;  // what the column then holds
  std::string jira_back;  // the value that stood there first, as a person sets it again
  std::string column_back;  // "" = exactly what the column held at first; else what is left of it, a declared loss
  std::string project = "SUP";
  std::string users =
      R"({"table":{"alice@contoso.example":"5b10ac8d82e05b22cc7d4ef5","bob@contoso.example":"5b10a2844c20165700ede21g"}})";
};

inline std::vector<ValueRow> const& value_rows() {
  constexpr char const* kBigText = "customfield_10051";
  static std::vector<ValueRow> const all{
      {"string", R"({"column":"new_url","field":"Case number"})", "new_url", R"({"new_url":"A-1"})", "customfield_10050",
       R"("B 2")", R"("B 2")", R"("A-1")", ""},
      {"string from a number", R"({"column":"new_count","field":"Case number"})", "new_count", R"({"new_count":42})",
       "customfield_10050", R"("43")", "43", R"("42")", ""},
      {"url", R"({"column":"new_url","field":"Record link"})", "new_url", R"({"new_url":"https://example.com/a?b=c"})",
       "customfield_10058", R"("https://example.com/ä")", R"("https://example.com/ä")", R"("https://example.com/a?b=c")", ""},
      {"ADF and plain text", R"({"column":"new_text","field":"Customer notes"})", "new_text",
       R"({"new_text":"One\n\n- two\n- three"})", kBigText,
       R"({"type":"doc","version":1,"content":[{"type":"heading","attrs":{"level":2},"content":[{"type":"text","text":"Title"}]}]})",
       R"("Title")",
       R"({"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","text":"One"}]},{"type":"bulletList","content":[{"type":"listItem","content":[{"type":"paragraph","content":[{"type":"text","text":"two"}]}]},{"type":"listItem","content":[{"type":"paragraph","content":[{"type":"text","text":"three"}]}]}]}]})",
       ""},
      {"ADF and HTML", R"({"column":"new_richtext","field":"description"})", "new_richtext",
       R"({"new_richtext":"<div class=\"ck-content\" data-wrapper=\"true\" dir=\"ltr\"><p>Rich <em>text</em></p></div>"})",
       "description",
       R"({"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","text":"bold","marks":[{"type":"strong"}]}]}]})",
       R"("<div class=\"ck-content\" data-wrapper=\"true\" dir=\"ltr\"><p><strong>bold</strong></p></div>")",
       R"({"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","text":"Rich "},{"type":"text","text":"text","marks":[{"type":"em"}]}]}]})",
       ""},
      {"number, whole", R"({"column":"new_count","field":"Estimated cost"})", "new_count", R"({"new_count":42})",
       "customfield_10052", "999", "999", "42", ""},
      {"number, big", R"({"column":"new_big","field":"Estimated cost"})", "new_big", R"({"new_big":9007199254740991})",
       "customfield_10052", "-5", "-5", "9007199254740991", ""},
      {"number, decimal", R"({"column":"new_decimal","field":"Estimated cost"})", "new_decimal", R"({"new_decimal":1.125})",
       "customfield_10052", "-0.5", "-0.500", "1.125", ""},
      {"number, double", R"({"column":"new_double","field":"Estimated cost"})", "new_double", R"({"new_double":0.1})",
       "customfield_10052", "2.25", "2.25", "0.1", ""},
      {"number, money", R"({"column":"new_amount","field":"Estimated cost"})", "new_amount", R"({"new_amount":1234.5})",
       "customfield_10052", "99.99", "99.9900", "1234.5", ""},
      {"date and day", R"({"column":"new_duedate","field":"duedate"})", "new_duedate", R"({"new_duedate":"2026-03-29"})",
       "duedate", R"("2026-10-25")", R"("2026-10-25")", R"("2026-03-29")", ""},
      {"date and point in time", R"({"column":"new_reportedat","field":"duedate"})", "new_reportedat",
       R"({"new_reportedat":"2026-03-28T23:00:00Z"})", "duedate", R"("2026-10-25")", R"("2026-10-24T22:00:00Z")",
       R"("2026-03-29")", ""},
      {"date and wall clock", R"({"column":"new_visit","field":"Contract end"})", "new_visit",
       R"({"new_visit":"2026-03-01T10:30:00Z"})", "customfield_10054", R"("2026-10-25")", R"("2026-10-25T00:00:00Z")",
       R"("2026-03-01")", R"("2026-03-01T00:00:00Z")"},
      {"date-time and point in time", R"({"column":"new_reportedat","field":"Follow-up at"})", "new_reportedat",
       R"({"new_reportedat":"2026-03-29T00:30:00Z"})", "customfield_10053", R"("2026-10-25T02:30:00.000+0100")",
       R"("2026-10-25T01:30:00Z")", R"("2026-03-29T01:30:00.000+0100")", ""},
      {"date-time and wall clock", R"({"column":"new_visit","field":"Follow-up at"})", "new_visit",
       R"({"new_visit":"2026-07-01T10:00:00Z"})", "customfield_10053", R"("2026-01-05T08:00:00.000+0000")",
       R"("2026-01-05T09:00:00Z")", R"("2026-07-01T08:00:00.000+0000")", ""},
      {"date-time and day", R"({"column":"new_duedate","field":"Follow-up at"})", "new_duedate",
       R"({"new_duedate":"2026-03-01"})", "customfield_10053", R"("2026-10-24T23:30:00.000+0200")", R"("2026-10-24")",
       R"("2026-03-01T00:00:00.000+0100")", ""},
      {"checkbox", R"({"column":"new_urgent","field":"Escalated"})", "new_urgent", R"({"new_urgent":true})", "customfield_10057",
       "[]", "false", R"([{"value":"Yes"}])", ""},
      {"labels and text", R"({"column":"new_text","field":"labels"})", "new_text", R"({"new_text":"alpha, beta"})", "labels",
       R"(["gamma","beta"])", R"("gamma, beta")", R"(["alpha","beta"])", ""},
      {"labels and choices", R"({"column":"new_channels","field":"Topics"})", "new_channels", R"({"new_channels":"1,2"})",
       "customfield_10059", R"(["Chat"])", R"("3")", R"(["Mail","Phone"])", ""},
      {"priority", R"({"column":"new_area","field":"priority","values":{"1":"High","2":"Medium","3":"Low"}})", "new_area",
       R"({"new_area":2})", "priority", R"({"name":"Low"})", "3", R"({"name":"Medium"})", ""},
      {"option", R"({"column":"new_area","field":"Region"})", "new_area", R"({"new_area":2})", "customfield_10055",
       R"({"value":"North"})", "1", R"({"value":"South"})", ""},
      {"option and text", R"({"column":"new_url","field":"Region"})", "new_url", R"({"new_url":"South"})", "customfield_10055",
       R"({"value":"North"})", R"("North")", R"({"value":"South"})", ""},
      {"option of two lists",
       R"({"column":"new_area","field":"Product","values":{"North":"Printer / Laser","South":"Printer / Ink","West":"Scanner"}})",
       "new_area", R"({"new_area":2})", "customfield_10061", R"({"value":"Printer","child":{"value":"Laser"}})", "1",
       R"({"value":"Printer","child":{"value":"Ink"}})", ""},
      {"options", R"({"column":"new_channels","field":"Channels","values":{"1":"Email","2":"Phone","3":"Web"}})", "new_channels",
       R"({"new_channels":"1,2"})", "customfield_10056", R"([{"value":"Web"}])", R"("3")",
       R"([{"value":"Email"},{"value":"Phone"}])", ""},
      {"components", R"({"column":"new_text","field":"components"})", "new_text", R"({"new_text":"Hardware"})", "components",
       R"([{"name":"Software"}])", R"("Software")", R"([{"name":"Hardware"}])", ""},
      {"components by choice", R"({"column":"new_area","field":"components","values":{"1":"Hardware","2":"Software"}})",
       "new_area", R"({"new_area":1})", "components", R"([{"name":"Software"}])", "2", R"([{"name":"Hardware"}])", ""},
      {"components that are made", R"({"column":"new_text","field":"components","createMissing":true})", "new_text",
       R"({"new_text":"Dock, Hardware"})", "components", R"([{"name":"Software"}])", R"("Software")",
       R"([{"name":"Dock"},{"name":"Hardware"}])", R"("Dock; Hardware")"},
      {"versions", R"({"column":"new_text","field":"fixVersions"})", "new_text", R"({"new_text":"1.0; 2.0"})", "fixVersions",
       R"([{"name":"2.0"}])", R"("2.0")", R"([{"name":"1.0"},{"name":"2.0"}])", ""},
      {"version", R"({"column":"new_url","field":"Found in"})", "new_url", R"({"new_url":"2024.1"})", "customfield_10084",
       R"({"name":"2024.2"})", R"("2024.2")", R"({"name":"2024.1"})", "", "DESK"},
      {"lookup by name", R"({"column":"new_customerid","field":"Case number"})", "_new_customerid_value", "", "customfield_10050",
       R"("Litware GmbH & Co. KG")", "account:Litware GmbH & Co. KG", R"("Fabrikam, Inc.")", ""},
      {"user", R"({"column":"ownerid","field":"assignee"})", "_ownerid_value", "", "assignee",
       R"({"accountId":"5b10a2844c20165700ede21g"})", "systemuser:Bob Gage", R"({"accountId":"5b10ac8d82e05b22cc7d4ef5"})", ""},
      {"users and text", R"({"column":"new_text","field":"Approvers"})", "new_text",
       R"({"new_text":"alice@contoso.example; bob@contoso.example"})", "customfield_10081",
       R"([{"accountId":"5b10a2844c20165700ede21g"}])", R"("bob@contoso.example")",
       R"([{"accountId":"5b10ac8d82e05b22cc7d4ef5"},{"accountId":"5b10a2844c20165700ede21g"}])", "", "DESK"},
  };
  return all;
}

}  // namespace tandem::test
