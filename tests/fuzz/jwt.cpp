#include <tandem/base/text/percent.hpp>

#include "box.hpp"
#include "targets.hpp"

namespace fuzz {

void jwt(std::string_view bytes) {
  auto const& credentials = box().credentials;
  auto const body = "grant_type=client_credentials&client_id=" + credentials.client_id +
                    "&scope=" + tandem::text::percent_encoded(box().world->urls().dataverse + "/.default") +
                    "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=" +
                    tandem::text::percent_encoded(bytes);
  send(sandbox::ServiceName::entra, {"POST",
                                     "/" + credentials.tenant_id + "/oauth2/v2.0/token",
                                     {{"Content-Type", "application/x-www-form-urlencoded"}},
                                     body});
  send(sandbox::ServiceName::dataverse,
       {"GET", "/api/data/v9.2/WhoAmI", {{"Authorization", "Bearer " + std::string(bytes)}}, ""});
}

}  // namespace fuzz
