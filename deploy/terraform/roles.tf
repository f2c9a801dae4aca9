locals {
  # Terraform and `npm start` use the same file. hopmintMinter is not created here: `./hopmint apply` creates it in each project with secrets,
  # and grants it to the caller on each secret. So a destroy does not remove it from secrets that still exist.
  roles = jsondecode(file("${path.module}/../roles.json"))

  # Google accepts permissions on folders, organizations and access boundaries, and to list projects, only in custom roles of an organization.
  audit_permissions = [
    for permission in local.roles.hopmintAudit.includedPermissions : permission
    if !can(regex("^(resourcemanager\\.((folders|organizations)\\.|projects\\.list$)|iam\\.principalaccessboundarypolicies\\.)", permission))
  ]
}

locals {
  # The roles of this project. Each is created here, unless `roles` names one that others made.
  project_roles = toset(["hopmintChains", "hopmintDeployer", "hopmintOperations", "hopmintPublisher", "hopmintState"])
  role_names = {
    for id in local.project_roles :
    id => contains(keys(var.roles), id) ? var.roles[id] : google_project_iam_custom_role.roles[id].name
  }
}

resource "google_project_iam_custom_role" "roles" {
  for_each = setsubtract(local.project_roles, keys(var.roles))

  project     = var.project_id
  role_id     = each.key
  title       = local.roles[each.key].title
  description = local.roles[each.key].description
  stage       = local.roles[each.key].stage
  permissions = local.roles[each.key].includedPermissions
  depends_on  = [google_project_service.apis]
}

resource "google_project_iam_custom_role" "fanout" {
  for_each = contains(keys(var.roles), "hopmintFanout") ? toset([]) : local.secret_projects

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
  role    = try(var.roles["hopmintFanout"], google_project_iam_custom_role.fanout[each.key].name)
  member  = local.members.fanout
}

resource "google_organization_iam_custom_role" "audit" {
  count = var.organization_id == null || contains(keys(var.roles), "hopmintAudit") || !var.grant_audit ? 0 : 1

  org_id      = var.organization_id
  role_id     = "hopmintAudit${local.suffix}"
  title       = "${local.roles.hopmintAudit.title} of ${var.project_id}"
  description = local.roles.hopmintAudit.description
  stage       = local.roles.hopmintAudit.stage
  permissions = local.roles.hopmintAudit.includedPermissions
}

# audit reads the policies of all accounts, secrets, projects and folders, because access above a chain is access to the chain.
resource "google_organization_iam_member" "audit" {
  count = var.organization_id == null || !var.grant_audit ? 0 : 1

  org_id = var.organization_id
  role   = try(var.roles["hopmintAudit"], one(google_organization_iam_custom_role.audit[*].name))
  member = local.members.audit
}

resource "google_project_iam_custom_role" "audit" {
  for_each = var.organization_id == null && var.grant_audit && !contains(keys(var.roles), "hopmintAudit") ? local.projects : toset([])

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
  for_each = var.organization_id == null && var.grant_audit ? local.projects : toset([])

  project = each.key
  role    = try(var.roles["hopmintAudit"], google_project_iam_custom_role.audit[each.key].name)
  member  = local.members.audit
}
