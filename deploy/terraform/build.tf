resource "google_artifact_registry_repository" "images" {
  project       = var.project_id
  location      = var.region
  repository_id = "hopmint"
  description   = "Images of Hopmint's functions"
  format        = "DOCKER"
  kms_key_name  = local.keys.images

  cleanup_policies {
    id     = "keep-the-last-ten"
    action = "KEEP"
    most_recent_versions {
      keep_count = 10
    }
  }

  cleanup_policies {
    id     = "delete-after-ninety-days"
    action = "DELETE"
    condition {
      older_than = "7776000s"
    }
  }

  depends_on = [google_project_service.apis, google_kms_crypto_key_iam_member.agents]
}

# `gcloud builds submit` uploads the source here. It is not needed after the build.
resource "google_storage_bucket" "source" {
  project                     = var.project_id
  name                        = "${var.project_id}-hopmint-source"
  location                    = coalesce(var.bucket_location, var.region)
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = true

  lifecycle_rule {
    condition {
      age = 30
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

locals {
  build_region = coalesce(var.build_region, try(split("/", var.worker_pool)[3], null), var.region)

  # What the accounts of the builds may do: docs/decisions/0018-three-builds.md. None may start a build or act as the account of another build.
  build_members = {
    check  = local.account_members.check
    build  = local.account_members.build
    deploy = local.account_members.deploy
  }
}

# The checks and the build of the image read the uploaded source. The deployment gets no source.
resource "google_storage_bucket_iam_member" "source" {
  for_each = { for name in ["check", "build"] : name => local.build_members[name] }

  bucket = google_storage_bucket.source.name
  role   = "roles/storage.objectViewer"
  member = each.value
}

# Each build writes its log, only to Cloud Logging.
resource "google_project_iam_member" "build_logs" {
  for_each = local.build_members

  project = var.project_id
  role    = "roles/logging.logWriter"
  member  = each.value
}

# The build pushes the image.
resource "google_artifact_registry_repository_iam_member" "build" {
  project    = var.project_id
  location   = var.region
  repository = google_artifact_registry_repository.images.name
  role       = "roles/artifactregistry.writer"
  member     = local.account_members.build
}

# Cloud Run requires that the deploying account may read the image.
resource "google_artifact_registry_repository_iam_member" "deploy" {
  project    = var.project_id
  location   = var.region
  repository = google_artifact_registry_repository.images.name
  role       = "roles/artifactregistry.reader"
  member     = local.account_members.deploy
}

# The deployment may change the image of these three services, and of no others.
resource "google_cloud_run_v2_service_iam_member" "deploy" {
  for_each = google_cloud_run_v2_service.functions

  project  = var.project_id
  location = var.region
  name     = each.value.name
  role     = local.role_names["hopmintDeployer"]
  member   = local.account_members.deploy
}

# gcloud waits for the operation that changes a service. Cloud Run checks this permission on the location, so it is granted on the project.
resource "google_project_iam_member" "operations" {
  project = var.project_id
  role    = local.role_names["hopmintOperations"]
  member  = local.account_members.deploy
}

# Cloud Run requires that the deploying account may act as the account of the service.
resource "google_service_account_iam_member" "deploy" {
  for_each = local.accounts

  service_account_id = "projects/${var.project_id}/serviceAccounts/${each.value}"
  role               = "roles/iam.serviceAccountUser"
  member             = local.account_members.deploy
}
