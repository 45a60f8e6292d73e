#include "world/make_world.hpp"

#include "dataverse/service.hpp"
#include "entra/service.hpp"
#include "jira/media.hpp"
#include "jira/service.hpp"
#include "world/world_file.hpp"

namespace sandbox {

using tandem::Result;

Result<Box> make_world(WorldOptions const& options) {
  TANDEM_TRY(auto const file, options.file_text ? parse_world(*options.file_text) : built_in_world(options.world));
  Box box;
  box.world = std::make_unique<World>(options.fixed_now ? VirtualClock(*options.fixed_now) : VirtualClock(), options.urls);
  auto& world = *box.world;
  auto dataverse = std::make_unique<dataverse::DataverseService>(world.clock(ServiceName::dataverse), world.urls(), options.seed);
  auto jira = std::make_unique<jira::JiraService>(world.clock(ServiceName::jira), options.seed);
  auto* const dataverse_service = dataverse.get();
  auto* const jira_service = jira.get();
  world.add(ServiceName::entra, std::make_unique<entra::EntraService>(world.clock(), world.urls(), options.seed));
  world.add(ServiceName::dataverse, std::move(dataverse));
  world.add(ServiceName::jira, std::move(jira));
  world.add(ServiceName::media, std::make_unique<jira::MediaService>(*jira_service));
  TANDEM_CHECK(world.load(file));
  if (options.records > 0) TANDEM_CHECK(dataverse_service->grow(options.records));
  TANDEM_CHECK(world.configure("jira.baseUrl", world.urls().jira));
  TANDEM_CHECK(world.configure("jira.mediaUrl", world.urls().media));

  world.webhooks().set_secret(file["webhooks"]["secret"].text_or(""));

  auto const& application = file["entra"]["applications"].at(0);
  auto const connector = jira_service->connector();
  box.credentials = {file["entra"]["tenantId"].text_or(""),
                     application["clientId"].text_or(""),
                     application["secrets"].at(0)["value"].text_or(""),
                     connector.email,
                     connector.token,
                     file["webhooks"]["secret"].text_or("")};
  return box;
}

}  // namespace sandbox
