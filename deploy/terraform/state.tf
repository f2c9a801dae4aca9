# The published chain file. An account that can write it decides which credentials are minted: protect this bucket like the caller itself.
# `./hopmint publish` writes the file, and this module does not, so an apply never replaces a file that was published since.
resource "google_storage_bucket" "chains" {
  project                     = var.project_id
  name                        = "${var.project_id}-hopmint-chains"
  location                    = coalesce(var.bucket_location, var.region)
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = var.destroy_chain_file

  versioning {
    enabled = true
  }

  # Earlier generations: a report can refer to one, and you can restore one.
  lifecycle_rule {
    condition {
      days_since_noncurrent_time = 365
    }
    action {
      type = "Delete"
    }
  }

  dynamic "encryption" {
    for_each = local.keys.buckets == null ? [] : [local.keys.buckets]

    content {
      default_kms_key_name = encryption.value
    }
  }

  depends_on = [google_project_service.apis, google_kms_crypto_key_iam_member.agents]
}

# Each function reads the published file. It lists the bucket to find an earlier generation, if the newest is refused when it starts.
resource "google_storage_bucket_iam_member" "chains" {
  for_each = local.members

  bucket = google_storage_bucket.chains.name
  role   = local.role_names["hopmintChains"]
  member = each.value
}

# Publishers replace the published file, and pause chains in it. To replace an object, Cloud Storage requires storage.objects.delete.
# With storage.objects.list a missing file answers 404 and not 403, and a publisher finds the earlier generations of a file that was edited by hand.
resource "google_storage_bucket_iam_member" "publishers" {
  for_each = var.publishers

  bucket = google_storage_bucket.chains.name
  role   = local.role_names["hopmintPublisher"]
  member = each.value
}

# The open findings, and the reports of 90 days. Audits can create all of this again, so `terraform destroy` deletes it.
resource "google_storage_bucket" "state" {
  project                     = var.project_id
  name                        = "${var.project_id}-hopmint-state"
  location                    = coalesce(var.bucket_location, var.region)
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = true

  versioning {
    enabled = true
  }

  lifecycle_rule {
    condition {
      days_since_noncurrent_time = 7
    }
    action {
      type = "Delete"
    }
  }

  # The audit deletes reports after 90 days. This rule deletes them if the audit no longer runs.
  lifecycle_rule {
    condition {
      age            = 120
      matches_prefix = ["audit/reports/"]
    }
    action {
      type = "Delete"
    }
  }

  dynamic "encryption" {
    for_each = local.keys.buckets == null ? [] : [local.keys.buckets]

    content {
      default_kms_key_name = encryption.value
    }
  }

  depends_on = [google_project_service.apis, google_kms_crypto_key_iam_member.agents]
}

# audit writes the open findings and the reports.
resource "google_storage_bucket_iam_member" "state" {
  bucket = google_storage_bucket.state.name
  role   = local.role_names["hopmintState"]
  member = local.members.audit
}
