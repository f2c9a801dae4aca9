locals {
  # Changes that can affect who can mint: policies, roles, accounts and their keys, deny policies, organization policies, buckets. And every
  # change of a secret, which can affect what its readers get.
  changes = join("\n", jsondecode(file("${path.module}/../log-sink.json")).filter)

  sink_writers = merge(
    { for name, sink in google_logging_organization_sink.changed : name => sink.writer_identity },
    { for name, sink in google_logging_project_sink.changed : name => sink.writer_identity },
    try(var.log_sink.writer_identity, null) == null ? {} : { existing = var.log_sink.writer_identity },
  )
}

resource "google_logging_organization_sink" "changed" {
  for_each = toset(var.organization_id == null || var.log_sink != null ? [] : ["organization"])

  org_id           = var.organization_id
  name             = "hopmint-changed-${var.project_id}"
  description      = "Changes of policies, for the audit of ${var.project_id}"
  include_children = true
  destination      = "pubsub.googleapis.com/${google_pubsub_topic.topics["changed"].id}"
  filter           = local.changes
}

resource "google_logging_project_sink" "changed" {
  for_each = var.organization_id == null && var.log_sink == null ? local.projects : toset([])

  project                = each.key
  name                   = "hopmint-changed-${var.project_id}"
  description            = "Changes of policies, for the audit of ${var.project_id}"
  unique_writer_identity = true
  destination            = "pubsub.googleapis.com/${google_pubsub_topic.topics["changed"].id}"
  filter                 = local.changes
  depends_on             = [google_project_service.apis]
}

# The sinks publish the entries that match their filter.
resource "google_pubsub_topic_iam_member" "changed" {
  for_each = local.sink_writers

  project = var.project_id
  topic   = google_pubsub_topic.topics["changed"].name
  role    = "roles/pubsub.publisher"
  member  = each.value
}

# Logs each read of a payload: who read which secret.
resource "google_project_iam_audit_config" "secrets" {
  for_each = var.data_access_logs ? local.secret_projects : toset([])

  project = each.key
  service = "secretmanager.googleapis.com"

  audit_log_config {
    log_type = "DATA_READ"
  }
}

# Logs each write of the published chain file. Changes of its bucket are in the log anyway.
resource "google_project_iam_audit_config" "chains" {
  count = var.data_access_logs ? 1 : 0

  project = var.project_id
  service = "storage.googleapis.com"

  audit_log_config {
    log_type = "DATA_WRITE"
  }
}

# Logs each mint. This setting of iam.googleapis.com covers iamcredentials.googleapis.com, whose own name Google refuses here. Minting counts as
# ADMIN_READ, and so do the audit's own reads of policies: some entries for each account and audit. They are left out, because they show nothing.
resource "google_project_iam_audit_config" "mints" {
  for_each = var.data_access_logs ? local.projects : toset([])

  project = each.key
  service = "iam.googleapis.com"

  audit_log_config {
    log_type         = "ADMIN_READ"
    exempted_members = [local.members.audit]
  }
}

locals {
  # Mints of all accounts in these projects. The log of a mint is in the project of its target.
  mints = join("\n", jsondecode(file("${path.module}/../mint-sink.json")).filter)
}

# One sink for each project, also in an organization: other projects mint too, and their entries would only cost messages.
resource "google_logging_project_sink" "minted" {
  for_each = var.compare_mints ? local.projects : toset([])

  project                = each.key
  name                   = "hopmint-minted-${var.project_id}"
  description            = "Mints, for the audit of ${var.project_id}"
  unique_writer_identity = true
  destination            = "pubsub.googleapis.com/${google_pubsub_topic.topics["minted"].id}"
  filter                 = local.mints
  depends_on             = [google_project_service.apis]
}

resource "google_pubsub_topic_iam_member" "minted" {
  for_each = google_logging_project_sink.minted

  project = var.project_id
  topic   = google_pubsub_topic.topics["minted"].name
  role    = "roles/pubsub.publisher"
  member  = each.value.writer_identity
}
