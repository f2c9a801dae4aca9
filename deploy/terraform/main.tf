locals {
  # In shared projects and in the organization, names end in the installation's project, so that two installations do not collide.
  suffix = "_${replace(var.project_id, "-", "_")}"

  secret_projects = length(var.secret_projects) > 0 ? var.secret_projects : toset([var.project_id])
  projects        = setunion([var.project_id], local.secret_projects, var.account_projects)

  apis = concat(
    [
      "artifactregistry.googleapis.com",
      "cloudbuild.googleapis.com",
      "cloudidentity.googleapis.com",
      "cloudresourcemanager.googleapis.com",
      "cloudscheduler.googleapis.com",
      "iam.googleapis.com",
      "iamcredentials.googleapis.com",
      "logging.googleapis.com",
      "monitoring.googleapis.com",
      "orgpolicy.googleapis.com",
      "privilegedaccessmanager.googleapis.com",
      "pubsub.googleapis.com",
      "run.googleapis.com",
      "secretmanager.googleapis.com",
      "storage.googleapis.com",
    ],
    var.page == null ? [] : ["compute.googleapis.com", "iap.googleapis.com"],
    try(var.vpc.connector, null) == null ? [] : ["vpcaccess.googleapis.com"],
    try(var.vpc.subnetwork, null) == null || var.page != null ? [] : ["compute.googleapis.com"],
  )
}

# The APIs stay enabled after a destroy, because other programs in the project may use them.
resource "google_project_service" "apis" {
  for_each = toset(local.apis)

  project            = var.project_id
  service            = each.key
  disable_on_destroy = false
}

resource "google_project_service" "secrets" {
  for_each = setsubtract(local.secret_projects, [var.project_id])

  project            = each.key
  service            = "secretmanager.googleapis.com"
  disable_on_destroy = false
}

# Google may check these APIs in the project of the account that a call is about.
resource "google_project_service" "accounts" {
  for_each = {
    for pair in setproduct(setsubtract(var.account_projects, [var.project_id]), ["iam.googleapis.com", "iamcredentials.googleapis.com"]) :
    "${pair[0]} ${pair[1]}" => { project = pair[0], service = pair[1] }
  }

  project            = each.value.project
  service            = each.value.service
  disable_on_destroy = false
}

# Google's service agents of this project. Google creates them at the first use of a service, but this module must grant them roles before that.
resource "google_project_service_identity" "pubsub" {
  provider = google-beta

  project    = var.project_id
  service    = "pubsub.googleapis.com"
  depends_on = [google_project_service.apis]
}

resource "google_project_service_identity" "monitoring" {
  provider = google-beta

  project    = var.project_id
  service    = "monitoring.googleapis.com"
  depends_on = [google_project_service.apis]
}
