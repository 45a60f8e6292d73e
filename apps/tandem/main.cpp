// tandem: keeps Jira Cloud issues and Dynamics 365 / Dataverse records in step.
#include <string>
#include <vector>

#include "cli/app.hpp"
#include "cli/environment.hpp"
#include "cli/stop.hpp"
#include "commands.hpp"

int main(int argc, char** argv) {
  tandem::cli::watch_signals();
  tandem::cli::App app;
  tandem::cli::register_all(app);
  return app.main(std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc), tandem::cli::Environment::of_process());
}
