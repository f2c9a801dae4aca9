# The audit identifies our own accounts by these names in the caller's project.

resource "google_service_account" "caller" {
  count = var.caller == null ? 1 : 0

  project      = var.project_id
  account_id   = "hopmint-minter"
  display_name = "Hopmint caller"
  description  = "The first account of every chain. The function mint runs as this account and mints through the delegates that trust it."
  depends_on   = [google_project_service.apis]
}

resource "google_service_account" "fanout" {
  project      = var.project_id
  account_id   = "hopmint-fanout"
  display_name = "Hopmint fanout"
  description  = "Reads ledgers and sends mint requests for due chains. It cannot mint and cannot read a payload."
  depends_on   = [google_project_service.apis]
}

resource "google_service_account" "audit" {
  project      = var.project_id
  account_id   = "hopmint-audit"
  display_name = "Hopmint audit"
  description  = "Reads policies and ledgers, and writes its reports. It cannot change a policy, cannot mint and cannot read a payload."
  depends_on   = [google_project_service.apis]
}

resource "google_service_account" "trigger" {
  project      = var.project_id
  account_id   = "hopmint-trigger"
  display_name = "Hopmint trigger"
  description  = "Pub/Sub and Cloud Scheduler call the functions as this account. It has no other permission."
  depends_on   = [google_project_service.apis]
}

resource "google_service_account" "check" {
  project      = var.project_id
  account_id   = "hopmint-check"
  display_name = "Hopmint check"
  description  = "Runs checks and tests. It can read the uploaded source and write its log, and has no other permission."
  depends_on   = [google_project_service.apis]
}

resource "google_service_account" "build" {
  project      = var.project_id
  account_id   = "hopmint-build"
  display_name = "Hopmint build"
  description  = "Builds the image and pushes it to one repository. It cannot deploy, and cannot act as another account."
  depends_on   = [google_project_service.apis]
}

resource "google_service_account" "deploy" {
  project      = var.project_id
  account_id   = "hopmint-deploy"
  display_name = "Hopmint deploy"
  description  = "Deploys an image by its digest. The deployed code runs as the caller, so this account is as powerful as the caller."
  depends_on   = [google_project_service.apis]
}

locals {
  # The account that each function runs as.
  accounts = {
    fanout = google_service_account.fanout.email
    mint   = var.caller == null ? one(google_service_account.caller[*].email) : var.caller
    audit  = google_service_account.audit.email
  }
  members = { for name, email in local.accounts : name => "serviceAccount:${email}" }
}
