# One team, one project, one organization. Copy this, write your own names, and run `terraform init && terraform apply`.

terraform {
  required_version = ">= 1.9"

  # The state contains no credential, but shows who may do what. Keep it in a bucket of its own:
  # backend "gcs" { bucket = "acme-terraform", prefix = "hopmint" }
}

provider "google" {
  project = "acme-ops"
  region  = "europe-west1"
  # Calls count against this project, and need its APIs only.
  user_project_override = true
  billing_project       = "acme-ops"
}

provider "google-beta" {
  project               = "acme-ops"
  region                = "europe-west1"
  user_project_override = true
  billing_project       = "acme-ops"
}

module "hopmint" {
  source = "../.."

  project_id      = "acme-ops"
  region          = "europe-west1"
  organization_id = "900000000001"

  # The projects with secrets of chains, and the other projects with accounts of chains.
  secret_projects  = ["acme-ops", "acme-data"]
  account_projects = ["acme-data"]

  # Each has the power of the caller.
  publishers = ["serviceAccount:pipeline@acme-ops.iam.gserviceaccount.com"]

  alerts_to = {
    critical = ["projects/acme-ops/notificationChannels/1234567890"]
    warning  = ["platform@acme.com"]
  }
  runbooks_url = "https://git.acme.com/platform/hopmint/src/main/docs/runbooks"

  page = {
    domain  = "hopmint.acme.com"
    viewers = ["group:oncall@acme.com"]
  }
}

output "caller" {
  value = module.hopmint.caller
}

output "publish_to" {
  value = module.hopmint.publish_to
}

output "build" {
  value = module.hopmint.build
}

output "page" {
  value = module.hopmint.page
}
