resource "google_artifact_registry_repository" "images" {
  project       = var.project_id
  location      = var.region
  repository_id = "hopmint"
  description   = "Images of Hopmint's functions"
  format        = "DOCKER"

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

  depends_on = [google_project_service.apis]
}

# `gcloud builds submit` uploads the source here. It is not needed after the build.
resource "google_storage_bucket" "source" {
  project                     = var.project_id
  name                        = "${var.project_id}-hopmint-source"
  location                    = var.region
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

  depends_on = [google_project_service.apis]
}

locals {
  # What the accounts of the builds may do: docs/decisions/0018-three-builds.md. None may start a build or act as the account of another build.
  build_members = {
    check  = google_service_account.check.member
    build  = google_service_account.build.member
    deploy = google_service_account.deploy.member
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
  member     = google_service_account.build.member
}

# Cloud Run requires that the deploying account may read the image.
resource "google_artifact_registry_repository_iam_member" "deploy" {
  project    = var.project_id
  location   = var.region
  repository = google_artifact_registry_repository.images.name
  role       = "roles/artifactregistry.reader"
  member     = google_service_account.deploy.member
}

# The deployment may change the image of these three services, and of no others.
resource "google_cloud_run_v2_service_iam_member" "deploy" {
  for_each = google_cloud_run_v2_service.functions

  project  = var.project_id
  location = var.region
  name     = each.value.name
  role     = google_project_iam_custom_role.deployer.name
  member   = google_service_account.deploy.member
}

# gcloud waits for the operation that changes a service. Cloud Run checks this permission on the location, so it is granted on the project.
resource "google_project_iam_member" "operations" {
  project = var.project_id
  role    = google_project_iam_custom_role.operations.name
  member  = google_service_account.deploy.member
}

# Cloud Run requires that the deploying account may act as the account of the service.
resource "google_service_account_iam_member" "deploy" {
  for_each = local.accounts

  service_account_id = "projects/${var.project_id}/serviceAccounts/${each.value}"
  role               = "roles/iam.serviceAccountUser"
  member             = google_service_account.deploy.member
}
