/** Ways to put a system back, as authors write them: `rollback: { procedures: { default: command(['node', 'undo.js']) } }`. */

import type { PluginPlan } from '../model/plan.ts'

/** What a command may be told. */
export interface CommandSettings {
  /** `'1m'` unless said. */
  readonly timeout?: string
  /** Where the harness runs, unless said. */
  readonly cwd?: string
  /** Names of environment variables that it may see besides PATH and PROOFLOAD_*. */
  readonly env?: readonly string[]
}

/** Runs a command; no shell sees its arguments: `command(['systemctl', 'restart', 'checkout'])`. */
export function command(argv: readonly [string, ...string[]], settings: CommandSettings = {}): PluginPlan {
  return { plugin: 'command', config: { argv: [...argv], ...settings } }
}

/** Settings of a webhook. */
export interface WebhookUndoConfig {
  readonly url: string
  /** Key of the signature: `secret('UNDO_KEY')`. */
  readonly secret: string
  readonly headers?: Readonly<Record<string, string>>
  /** `'1m'` unless said. */
  readonly timeout?: string
}

/** Asks a service by a POST that is signed (HMAC-SHA256) and carries an idempotency key. */
export function webhookUndo(config: WebhookUndoConfig): PluginPlan {
  return { plugin: 'webhook', config: { ...config } }
}

/** Settings of a git rollback. */
export interface GitUndoConfig {
  /** Folder of the repository; where the harness runs unless said. */
  readonly repository?: string
  /** A tag, or a pattern whose newest tag is meant; `'good/*'` unless said. */
  readonly tag?: string
  /** `'revert'` (unless said): a new commit with the tree of the tag; `'worktree'`: the tag in a folder beside. */
  readonly mode?: 'revert' | 'worktree'
  /** Folder of the worktree. */
  readonly worktree?: string
  /** Where the new commit goes; nowhere unless said. */
  readonly push?: { readonly remote: string; readonly branch: string }
  /** Of each git command; `'2m'` unless said. */
  readonly timeout?: string
}

/** Forwards to the last known good tag; history is never rewritten. */
export function gitUndo(config: GitUndoConfig = {}): PluginPlan {
  return { plugin: 'git', config: { ...config } }
}

/** Settings of a Kubernetes rollback. */
export interface KubernetesUndoConfig {
  /** `'deployment/checkout'` */
  readonly workload: string
  readonly namespace?: string
  readonly context?: string
  /** The one before the current unless said. */
  readonly toRevision?: number
  /** Until it is rolled out; `'5m'` unless said. */
  readonly timeout?: string
  /** The command; `'kubectl'` unless said. */
  readonly kubectl?: string
}

/** `kubectl rollout undo`, then waits until it is rolled out. */
export function kubernetesUndo(config: KubernetesUndoConfig): PluginPlan {
  return { plugin: 'kubernetes', config: { ...config } }
}

/** Settings of an undo of one's own. */
export interface ModuleUndoSettings {
  /** `'1m'` unless said. */
  readonly timeout?: string
  /** Names of environment variables that it may see besides PATH and PROOFLOAD_*. */
  readonly env?: readonly string[]
}

/** Calls `undo(context)` of a module, in a process of its own: `moduleUndo('./undo.ts')`, from where the harness runs. */
export function moduleUndo(file: string, settings: ModuleUndoSettings = {}): PluginPlan {
  return { plugin: 'module', config: { module: file, ...settings } }
}
