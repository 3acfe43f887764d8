import type { OutsidePlugin } from '../model/plan.ts'
import type { PreflightCheck } from '../ports/preflight.ts'

const NAME = 'plugins-declared'

/** Tells of every plugin from outside what it is and what it says it needs; one that cannot be loaded has ended the command by now. */
export const pluginsDeclared: PreflightCheck = {
  name: NAME,
  summary: 'plugins from outside are what was pinned, and say what they need',
  check({ plan: { plugins = [] } }) {
    const told = plugins.length === 0 ? ['no plugin from outside'] : plugins.map(describePlugin)
    return Promise.resolve(told.map((message) => ({ check: NAME, level: 'ok', message })))
  },
}

/** `plugin soap 1.4.2 (pinned) provides targets soap; network config.url; env SOAP_TOKEN` */
function describePlugin({ name, version, isPinned, isNative, provides, needs }: OutsidePlugin): string {
  const pin = isPinned ? 'pinned' : 'not pinned, of this repository'
  const parts = [...Object.entries(provides), ...Object.entries(needs)].filter(
    ([, names]) => names.length > 0,
  )
  const native = isNative ? ['native code or scripts of its installation'] : []
  const stated = [...parts.map(([kind, names]) => `${kind} ${names.join(', ')}`), ...native].join('; ')
  const called = version === null ? name : `${name} ${version}`
  return `plugin ${called} (${pin}) provides ${stated || 'nothing'}`
}
