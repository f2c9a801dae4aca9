# Customer-managed keys. Google's agents use them on behalf of each service.

locals {
  keys = {
    buckets  = var.kms_keys.buckets == null ? var.kms_key : var.kms_keys.buckets
    topics   = var.kms_keys.topics == null ? var.kms_key : var.kms_keys.topics
    images   = var.kms_keys.images == null ? var.kms_key : var.kms_keys.images
    services = var.kms_keys.services == null ? var.kms_key : var.kms_keys.services
  }
  secret_locations = length(var.secret_locations) == 0 && var.kms_key != null ? [var.region] : var.secret_locations
  secret_keys      = length(var.kms_keys.secrets) == 0 && var.kms_key != null ? [for location in local.secret_locations : var.kms_key] : var.kms_keys.secrets

  # The services whose agents use a key. The agent of Cloud Storage has a resource of its own.
  key_services = {
    topics   = "pubsub.googleapis.com"
    images   = "artifactregistry.googleapis.com"
    services = "run.googleapis.com"
  }

  key_users = merge(
    local.keys.buckets == null ? {} : { buckets = { key = local.keys.buckets, member = one(data.google_storage_project_service_account.agent[*].member) } },
    { for use, service in local.key_services : use => { key = local.keys[use], member = google_project_service_identity.keys[use].member } if local.keys[use] != null },
    {
      for pair in setproduct(length(local.secret_keys) == 0 ? [] : tolist(local.secret_projects), range(length(local.secret_keys))) :
      "secrets ${pair[0]} ${pair[1]}" => { key = local.secret_keys[pair[1]], member = google_project_service_identity.secrets[pair[0]].member }
    },
  )
}

data "google_storage_project_service_account" "agent" {
  count = local.keys.buckets == null ? 0 : 1

  project    = var.project_id
  depends_on = [google_project_service.apis]
}

resource "google_project_service_identity" "keys" {
  for_each = { for use, service in local.key_services : use => service if local.keys[use] != null }
  provider = google-beta

  project    = var.project_id
  service    = each.value
  depends_on = [google_project_service.apis]
}

resource "google_project_service_identity" "secrets" {
  for_each = length(local.secret_keys) == 0 ? toset([]) : local.secret_projects
  provider = google-beta

  project    = each.key
  service    = "secretmanager.googleapis.com"
  depends_on = [google_project_service.apis, google_project_service.secrets]
}

# Nothing with a key can be created before its agent may use the key.
resource "google_kms_crypto_key_iam_member" "agents" {
  for_each = var.grant_keys ? local.key_users : {}

  crypto_key_id = each.value.key
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = each.value.member
}
