/**
 * The contract of a plugin from outside: a module whose default export is made by `definePlugin`. What it provides meets the
 * contracts of the families in this folder.
 */
import type { TargetPlugin } from './target-plugin.ts'

/** The version of the contract that this host knows. */
export const PLUGIN_CONTRACT = 2

/** A text that `definePlugin` holds, by which a second copy of proofload is found in the bundle of a plugin. */
export const HOST_MARKER = 'proofload-host-5e0f6a'

/** Families of which a plugin may provide some. */
export interface Provided {
  readonly targets?: readonly TargetPlugin[]
}

/** The needs of a plugin, as it states them: shown before a run, and kept in its record. It is no sandbox. */
export interface PluginNeeds {
  /** Settings that name the hosts it contacts, for people: `config.url`. */
  readonly network?: readonly string[]
  /** Commands of this machine that it starts. */
  readonly commands?: readonly string[]
  /** Settings that name files it reads, for people. */
  readonly files?: readonly string[]
  /** Names of secrets that it is given, in `secrets` of its context: environment variables, or files that `NAME_FILE` names. */
  readonly env?: readonly string[]
}

/** A plugin as its author writes it. */
export interface PluginDefinition {
  /** The version of the contract that it was written for: `PLUGIN_CONTRACT` of that time. */
  readonly contract: number
  /** Its name in the registries; names of its targets are this one or begin with it and a hyphen. */
  readonly name: string
  /** `import.meta.url`: by which a TypeScript scenario that imports it says where it is. */
  readonly at: string
  readonly provides: Provided
  readonly needs?: PluginNeeds
}
