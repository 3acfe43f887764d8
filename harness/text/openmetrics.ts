/** Lines of the exposition formats of Prometheus and OpenMetrics. */
import { visible } from '../base/visible.ts'

/** Writes labels: `{step="buy",phase="steady"}`; empty without any. @param escaped changes a value on its way between the quotes */
export function labelsText(
  labels: Readonly<Record<string, string>>,
  escaped: (text: string) => string = escapeLabel,
): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

/** Writes a value between quotes, on one line. */
export function escapeLabel(text: string): string {
  return visible(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"')
}

/** The lines before the samples of a family. */
export function familyLines(name: string, type: string, help: string): string[] {
  return [`# TYPE ${name} ${type}`, `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`]
}
