# The audit knows our accounts by these names, in the caller's project.

resource "google_service_account" "caller" {
  count = var.caller == null ? 1 : 0

  project      = var.project_id
  account_id   = "hopmint-minter"
  display_name = "Hopmint caller"
  description  = "First of every chain. mint runs as it, and mints through the delegates that trust it."
  depends_on   = [google_project_service.apis]
}

resource "google_service_account" "fanout" {
  project      = var.project_id
  account_id   = "hopmint-fanout"
  display_name = "Hopmint fanout"
  description  = "Reads ledgers, and asks for what is due. It can mint nothing and read no payload."
  depends_on   = [google_project_service.apis]
}

resource "google_service_account" "audit" {
  project      = var.project_id
  account_id   = "hopmint-audit"
  display_name = "Hopmint audit"
  description  = "Reads policies and ledgers, and writes its reports. It can change no policy, mint nothing and read no payload."
  depends_on   = [google_project_service.apis]
}

resource "google_service_account" "trigger" {
  project      = var.project_id
  account_id   = "hopmint-trigger"
  display_name = "Hopmint trigger"
  description  = "In its name Pub/Sub and Cloud Scheduler call the functions. It can do nothing else."
  depends_on   = [google_project_service.apis]
}

resource "google_service_account" "build" {
  project      = var.project_id
  account_id   = "hopmint-build"
  display_name = "Hopmint build"
  description  = "Builds the image and deploys it. What it deploys runs as the caller: it is as powerful."
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
