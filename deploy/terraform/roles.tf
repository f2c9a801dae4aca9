locals {
  # Terraform and `npm start` use the same file. hopmintMinter is not created here: `./hopmint apply` creates it in each project with secrets,
  # and grants it to the caller on each secret. So a destroy does not remove it from secrets that still exist.
  roles = jsondecode(file("${path.module}/../roles.json"))

  # Google accepts permissions on folders and organizations, and to list projects, only in custom roles of an organization.
  audit_permissions = [
    for permission in local.roles.hopmintAudit.includedPermissions : permission
    if !can(regex("^resourcemanager\\.((folders|organizations)\\.|projects\\.list$)", permission))
  ]
}

resource "google_project_iam_custom_role" "chains" {
  project     = var.project_id
  role_id     = "hopmintChains"
  title       = local.roles.hopmintChains.title
  description = local.roles.hopmintChains.description
  stage       = local.roles.hopmintChains.stage
  permissions = local.roles.hopmintChains.includedPermissions
  depends_on  = [google_project_service.apis]
}

resource "google_project_iam_custom_role" "publisher" {
  project     = var.project_id
  role_id     = "hopmintPublisher"
  title       = local.roles.hopmintPublisher.title
  description = local.roles.hopmintPublisher.description
  stage       = local.roles.hopmintPublisher.stage
  permissions = local.roles.hopmintPublisher.includedPermissions
  depends_on  = [google_project_service.apis]
}

resource "google_project_iam_custom_role" "state" {
  project     = var.project_id
  role_id     = "hopmintState"
  title       = local.roles.hopmintState.title
  description = local.roles.hopmintState.description
  stage       = local.roles.hopmintState.stage
  permissions = local.roles.hopmintState.includedPermissions
  depends_on  = [google_project_service.apis]
}

resource "google_project_iam_custom_role" "deployer" {
  project     = var.project_id
  role_id     = "hopmintDeployer"
  title       = local.roles.hopmintDeployer.title
  description = local.roles.hopmintDeployer.description
  stage       = local.roles.hopmintDeployer.stage
  permissions = local.roles.hopmintDeployer.includedPermissions
  depends_on  = [google_project_service.apis]
}

resource "google_project_iam_custom_role" "operations" {
  project     = var.project_id
  role_id     = "hopmintOperations"
  title       = local.roles.hopmintOperations.title
  description = local.roles.hopmintOperations.description
  stage       = local.roles.hopmintOperations.stage
  permissions = local.roles.hopmintOperations.includedPermissions
  depends_on  = [google_project_service.apis]
}

resource "google_project_iam_custom_role" "fanout" {
  for_each = local.secret_projects

  project     = each.key
  role_id     = each.key == var.project_id ? "hopmintFanout" : "hopmintFanout${local.suffix}"
  title       = local.roles.hopmintFanout.title
  description = local.roles.hopmintFanout.description
  stage       = local.roles.hopmintFanout.stage
  permissions = local.roles.hopmintFanout.includedPermissions
  depends_on  = [google_project_service.apis]
}

# fanout lists a project's secrets to read their ledgers.
resource "google_project_iam_member" "fanout" {
  for_each = local.secret_projects

  project = each.key
  role    = google_project_iam_custom_role.fanout[each.key].name
  member  = local.members.fanout
}

resource "google_organization_iam_custom_role" "audit" {
  count = var.organization_id == null ? 0 : 1

  org_id      = var.organization_id
  role_id     = "hopmintAudit${local.suffix}"
  title       = "${local.roles.hopmintAudit.title} of ${var.project_id}"
  description = local.roles.hopmintAudit.description
  stage       = local.roles.hopmintAudit.stage
  permissions = local.roles.hopmintAudit.includedPermissions
}

# audit reads the policies of all accounts, secrets, projects and folders, because access above a chain is access to the chain.
resource "google_organization_iam_member" "audit" {
  count = var.organization_id == null ? 0 : 1

  org_id = var.organization_id
  role   = one(google_organization_iam_custom_role.audit[*].name)
  member = local.members.audit
}

resource "google_project_iam_custom_role" "audit" {
  for_each = var.organization_id == null ? local.projects : toset([])

  project     = each.key
  role_id     = each.key == var.project_id ? "hopmintAudit" : "hopmintAudit${local.suffix}"
  title       = local.roles.hopmintAudit.title
  description = local.roles.hopmintAudit.description
  stage       = local.roles.hopmintAudit.stage
  permissions = local.audit_permissions
  depends_on  = [google_project_service.apis]
}

# audit reads the policies of the accounts and secrets in these projects, and of the projects themselves.
resource "google_project_iam_member" "audit" {
  for_each = var.organization_id == null ? local.projects : toset([])

  project = each.key
  role    = google_project_iam_custom_role.audit[each.key].name
  member  = local.members.audit
}
