output "manifests" {
  description = "Objects by kind and name."
  value       = merge(local.jobs, local.others, local.settings)
}
