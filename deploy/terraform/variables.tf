variable "project_id" {
  description = "The project of this installation: its functions, topics, buckets and alerts. One installation each."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project_id))
    error_message = "Write the ID of a project, as acme-ops: not its number, and not its name."
  }
}

variable "region" {
  description = "Where the functions run and the buckets lie, as europe-west1. Cloud Run and Cloud Scheduler must both be there."
  type        = string

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+$", var.region))
    error_message = "Write a region, as europe-west1: not a zone, and not a multi-region."
  }
}

variable "organization_id" {
  description = "The organization, by number. The audit then reads the policies of all that is above the chains, and hears of every change. Without it the audit reads projects only, and calls itself incomplete where something is above them."
  type        = string
  default     = null

  validation {
    condition     = var.organization_id == null || can(regex("^[0-9]+$", var.organization_id))
    error_message = "Write the organization's number, as 900000000001, without organizations/ before it."
  }
}

variable "caller" {
  description = "The chain file's caller, as mint runs as it: the email of an account in project_id. Unset: hopmint-minter is made."
  type        = string
  default     = null

  validation {
    condition     = var.caller == null || endswith(coalesce(var.caller, "-"), "@${var.project_id}.iam.gserviceaccount.com")
    error_message = "Write an account of ${var.project_id}: Cloud Run takes no account of another project as it is, and the audit looks for ours beside the caller."
  }
}

variable "secret_projects" {
  description = "The projects that hold the secrets of chains. None: project_id."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for id in var.secret_projects : can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", id))])
    error_message = "Write IDs of projects, as acme-data."
  }
}

variable "account_projects" {
  description = "Further projects that hold delegates and targets of chains: what is minted there is logged, and without organization_id the audit is let in there."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for id in var.account_projects : can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", id))])
    error_message = "Write IDs of projects, as acme-data."
  }
}

variable "chain_file" {
  description = "A path to chains.yaml, which is then uploaded by every apply. Unset: you upload it yourself to the address that the output chain_file gives."
  type        = string
  default     = null

  validation {
    condition     = var.chain_file == null || can(file(var.chain_file))
    error_message = "There is no such file: write a path from where terraform runs."
  }
}

variable "tick_schedule" {
  description = "When a tick comes, in unix-cron, UTC. As often as the chain file's tickEvery says."
  type        = string
  default     = "* * * * *"
}

variable "audit_schedule" {
  description = "When a whole audit is made, in unix-cron, UTC. At least hourly: audit-incomplete fires after two hours without a whole one."
  type        = string
  default     = "*/30 * * * *"
}

variable "memory" {
  description = "Of one instance of each function. docs/scale.md says what a fleet needs."
  type = object({
    fanout = optional(string, "512Mi")
    mint   = optional(string, "512Mi")
    audit  = optional(string, "1Gi")
  })
  default = {}

  validation {
    condition     = alltrue([for size in values(var.memory) : can(regex("^[0-9]+(Mi|Gi)$", size))])
    error_message = "Write sizes as 512Mi or 1Gi."
  }
}

variable "placeholder_image" {
  description = "What a service runs until the first build. Afterwards the build alone says which image runs."
  type        = string
  default     = "us-docker.pkg.dev/cloudrun/container/hello"
}

variable "notification_channels" {
  description = "Who is told by alerts: names of notification channels of project_id, as projects/P/notificationChannels/N. None: alerts are seen in the console only."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for name in var.notification_channels : can(regex("^projects/[^/]+/notificationChannels/[0-9]+$", name))])
    error_message = "Write names as projects/acme-ops/notificationChannels/123: Monitoring lists them so."
  }
}

variable "alerts_off" {
  description = "Alerts that are made, but switched off, by name."
  type        = set(string)
  default     = []

  validation {
    condition = alltrue([for name in var.alerts_off : contains([
      "audit-incomplete", "chain-failing", "chain-late", "dead-letters", "drift-opened",
      "human-read-secret", "no-tick", "quota-near", "status-failing",
    ], name)])
    error_message = "Write names of alerts: audit-incomplete, chain-failing, chain-late, dead-letters, drift-opened, human-read-secret, no-tick, quota-near, status-failing."
  }
}

variable "runbooks_url" {
  description = "Where people read docs/runbooks, without a slash at the end: each alert points at its page there."
  type        = string
  default     = "docs/runbooks"

  validation {
    condition     = !endswith(var.runbooks_url, "/")
    error_message = "Leave out the slash at the end."
  }
}

variable "data_access_logs" {
  description = "Has reads of secrets and every minting logged, in secret_projects and account_projects. The configuration of secretmanager.googleapis.com and iam.googleapis.com in them is then ours: what another tool wrote there is overwritten. Off: human-read-secret sees nothing unless the organization logs them."
  type        = bool
  default     = true
}

variable "page" {
  description = "The audit's page for people, at https://DOMAIN behind Identity-Aware Proxy, and who may open it. Unset: they open it by a proxy of their own, as the README says."
  type = object({
    domain  = string
    viewers = set(string)
  })
  default = null

  validation {
    condition     = var.page == null || can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", var.page.domain))
    error_message = "Write page.domain as hopmint.acme.com, without https:// and without a path."
  }

  validation {
    condition     = var.page == null || alltrue([for member in try(var.page.viewers, []) : can(regex("^(user|group|domain|serviceAccount):[^ ]+$", member))])
    error_message = "Write page.viewers as user:ada@acme.com, group:oncall@acme.com or domain:acme.com: never allUsers."
  }
}

variable "destroy_chain_file" {
  description = "Lets a destroy take the bucket of the chain file with the chain file, and all its earlier editions, in it. Apply it before you destroy: a destroy reads what was applied."
  type        = bool
  default     = false
}
