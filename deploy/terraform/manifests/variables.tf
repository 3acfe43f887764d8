variable "workers" {
  description = "Workers of the run, one a node."
  type        = number
  default     = 3
  validation {
    condition     = var.workers >= 1 && var.workers <= 5000 && floor(var.workers) == var.workers
    error_message = "A run has 1 to 5000 workers."
  }
}

variable "image" {
  description = "Image of the coordinator, without tag."
  type        = string
  default     = "registry.example/proofload"
}

variable "image_digest" {
  description = "Digest of the image of the coordinator."
  type        = string
  validation {
    condition     = can(regex("^sha256:[0-9a-f]{64}$", var.image_digest))
    error_message = "A digest is sha256: and 64 hexadecimal digits: a tag may change between two pods of one run."
  }
}

variable "worker_image" {
  description = "Image of the workers, without tag."
  type        = string
  default     = "registry.example/proofload-worker"
}

variable "worker_image_digest" {
  description = "Digest of the image of the workers: of the same build as the coordinator."
  type        = string
  validation {
    condition     = can(regex("^sha256:[0-9a-f]{64}$", var.worker_image_digest))
    error_message = "A digest is sha256: and 64 hexadecimal digits: a tag may change between two pods of one run."
  }
}

variable "pool" {
  description = "Address of the pool, without credentials: they are in secrets."
  type        = string
  default     = "tls://nats:4222/main"
  validation {
    condition     = can(regex("^tls://[^@/]+/[A-Za-z0-9-]{1,40}$", var.pool))
    error_message = "A pool in a cluster is tls://host:port/name; a password does not belong into a ConfigMap."
  }
}

variable "run_id" {
  description = "Id of the run: a coordinator that is replaced goes on with it."
  type        = string
  default     = "run-1"
  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$", var.run_id))
    error_message = "An id is 1 to 64 letters, digits, _ and -."
  }
}

variable "target_host" {
  description = "Host that load may go to."
  type        = string
  default     = "target.example"
}

variable "scenario" {
  description = "Text of scenario.yaml; null for the example."
  type        = string
  default     = null
}

variable "namespace" {
  description = "Namespace of all objects; null for that of whoever applies them."
  type        = string
  default     = null
}
