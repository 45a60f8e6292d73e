// The record page (contract: dataverse.md §24; SPEC L6).
#include <catch2/catch.hpp>

#include "unit/sandbox/box.hpp"

using namespace sandbox_test;

namespace {
Response page(Box& box, std::string const& query) {
  return box.world.send(ServiceName::dataverse, Request{"GET", "/main.aspx?" + query, {}, ""}).response;
}
}  // namespace

TEST_CASE("a person sees a record with labels, formatted values and its timeline, newest first [L6]") {
  Box box;
  box.world.advance(std::chrono::minutes{1});
  REQUIRE(box.ask("POST", "CloseIncident",
                  R"j({"IncidentResolution":{"subject":"Resolved at last","incidentid@odata.bind":"/incidents()j" + case_id(6) +
                      R"j()"},"Status":5})j")
              .status == 204);
  auto const id = GENERATE_COPY(as<std::string>{}, case_id(6), "%7B" + case_id(6) + "%7D");
  auto const shown = page(box, "appid=x&pagetype=entityrecord&etn=incident&id=" + id);
  REQUIRE(shown.status == 200);
  CHECK(header_of(shown, "Content-Type") == "text/html; charset=utf-8");
  for (auto const* piece : {"<h1>Mobile app crashes on start", "<th>Priority</th><td>High</td>",
                            "<th>Status</th><td>Resolved</td>", "crash.txt", "text/plain", "Resolved at last"}) {
    CAPTURE(piece);
    CHECK(shown.body.find(piece) != std::string::npos);
  }
  CHECK(shown.body.find("Resolved at last") < shown.body.find("crash.txt"));
  CHECK(shown.body.find("<script") == std::string::npos);
}

TEST_CASE("nothing that a record says becomes markup [L6]") {
  Box box;
  REQUIRE(box.ask("PATCH", "incidents(" + case_id(1) + ")", R"j({"title":"<script>alert('1')</script>&\"x\""})j").status == 204);
  REQUIRE(
      box.ask(
             "POST", "annotations",
             R"j({"subject":"<img src=x>","notetext":"<p>a &lt;b&gt; <script>x</script></p>","filename":"a&b.txt","objectid_incident@odata.bind":"/incidents()j" +
                 case_id(1) + R"j()"})j")
          .status == 204);
  auto const body = page(box, "etn=incident&id=" + case_id(1)).body;
  CHECK(body.find("<script") == std::string::npos);
  CHECK(body.find("<img") == std::string::npos);
  CHECK(body.find("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;&quot;x&quot;") != std::string::npos);
  CHECK(body.find("a &lt;b&gt;") != std::string::npos);
  CHECK(body.find("a&amp;b.txt") != std::string::npos);
}

TEST_CASE("addresses of no record are pages that say so [L6]") {
  Box box;
  CHECK(page(box, "etn=incident&id=11111111-2222-3333-4444-555555555555").status == 404);
  CHECK(page(box, "etn=%3Cb%3E&id=11111111-2222-3333-4444-555555555555").status == 404);
  CHECK(page(box, "etn=%3Cb%3E&id=11111111-2222-3333-4444-555555555555").body.find("<b>") == std::string::npos);
  CHECK(page(box, "etn=incident").status == 400);
  CHECK(page(box, "pagetype=dashboard&etn=incident&id=x").status == 400);
}
