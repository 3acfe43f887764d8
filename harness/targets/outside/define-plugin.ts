import { HOST_MARKER, type PluginDefinition } from '../../ports/plugin.ts'

/** The key of the definition in what `definePlugin` of this very copy of proofload returns. */
const DEFINITION = Symbol(HOST_MARKER)

/** A plugin as scenarios declare it; the definition is behind a symbol, and stays out of plans. */
export interface PluginRef {
  /** The URL of its module. */
  readonly at: string
}

interface DefinedPlugin extends PluginRef {
  readonly [DEFINITION]: PluginDefinition
}

/** Makes the default export of a plugin module. */
export function definePlugin(definition: PluginDefinition): PluginRef {
  const plugin: DefinedPlugin = { at: definition.at, [DEFINITION]: definition }
  return plugin
}

/** Returns the definition in a default export; null when `definePlugin` of this host did not make it. */
export function definitionOf(exported: unknown): PluginDefinition | null {
  if (typeof exported !== 'object' || exported === null || !(DEFINITION in exported)) return null
  return (exported as DefinedPlugin)[DEFINITION]
}
