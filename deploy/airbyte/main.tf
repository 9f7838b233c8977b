# The same as create.sh, with Airbyte's Terraform provider.
terraform {
  required_providers {
    airbyte = {
      source  = "airbytehq/airbyte"
      version = "1.3.0"
    }
  }
}

# A self-managed Airbyte: without these the provider asks Airbyte Cloud, which takes no custom images.
variable "airbyte_url" {
  type        = string
  description = "Of the API, ending in /api/public/v1."
}
variable "airbyte_client_id" { type = string }
variable "airbyte_client_secret" {
  type      = string
  sensitive = true
}

provider "airbyte" {
  server_url    = var.airbyte_url
  token_url     = "${var.airbyte_url}/applications/token"
  client_id     = var.airbyte_client_id
  client_secret = var.airbyte_client_secret
}

variable "workspace_id" { type = string }
variable "destination_id" { type = string }
variable "definition_id" {
  type        = string
  description = "Of the custom connector, as Settings, Sources shows it or create.sh prints it."
}
variable "gokwik_app_id" {
  type      = string
  sensitive = true
}
variable "gokwik_app_secret" {
  type      = string
  sensitive = true
}
variable "enabled" {
  type        = bool
  default     = true
  description = "The switch of the schedule."
}

resource "airbyte_source" "gokwik" {
  name          = "GoKwik"
  workspace_id  = var.workspace_id
  definition_id = var.definition_id
  configuration = jsonencode({
    base_url   = "https://api.gokwik.co"
    app_id     = var.gokwik_app_id
    app_secret = var.gokwik_app_secret
    start_date = "2026-10-01"
  })
}

resource "airbyte_connection" "gokwik" {
  name           = "GoKwik"
  source_id      = airbyte_source.gokwik.source_id
  destination_id = var.destination_id
  status         = var.enabled ? "active" : "inactive"
  # New fields of a newer connector reach the destination.
  non_breaking_schema_updates_behavior = "propagate_columns"
  # Quartz: second, minute, hour, day, month, weekday.
  schedule = {
    schedule_type   = "cron"
    cron_expression = "0 0 0/4 * * ?"
  }
}
