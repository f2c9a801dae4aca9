# Who writes the chain file says what is minted for whom: guard this bucket as you guard the caller.
resource "google_storage_bucket" "chains" {
  project                     = var.project_id
  name                        = "${var.project_id}-hopmint-chains"
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = var.destroy_chain_file

  versioning {
    enabled = true
  }

  # Earlier editions: what a report speaks of, and the way back.
  lifecycle_rule {
    condition {
      days_since_noncurrent_time = 365
    }
    action {
      type = "Delete"
    }
  }

  depends_on = [google_project_service.apis]
}

resource "google_storage_bucket_object" "chains" {
  count = var.chain_file == null ? 0 : 1

  bucket       = google_storage_bucket.chains.name
  name         = "chains.yaml"
  content_type = "application/yaml"
  content      = file(var.chain_file)
}

# Each function reads the chain file, by its name.
resource "google_storage_bucket_iam_member" "chains" {
  for_each = local.members

  bucket = google_storage_bucket.chains.name
  role   = google_project_iam_custom_role.chains.name
  member = each.value
}

# What is open, and the reports of 90 days. All of it is made anew by audits: it goes with `terraform destroy`.
resource "google_storage_bucket" "state" {
  project                     = var.project_id
  name                        = "${var.project_id}-hopmint-state"
  location                    = var.region
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

  # The audit deletes reports after 90 days; this is for an audit that no longer runs.
  lifecycle_rule {
    condition {
      age            = 120
      matches_prefix = ["audit/reports/"]
    }
    action {
      type = "Delete"
    }
  }

  depends_on = [google_project_service.apis]
}

# audit keeps what is open under its generation, and reports beside it.
resource "google_storage_bucket_iam_member" "state" {
  bucket = google_storage_bucket.state.name
  role   = google_project_iam_custom_role.state.name
  member = local.members.audit
}
