/** `policy;dur=12.3, llm;desc="big model";dur=45` (W3C Server-Timing): calls back for each metric with a duration. */
export function readServerTiming(
  value: string,
  onComponent: (name: string, durationMs: number) => void,
): void {
  for (const entry of value.split(',')) {
    const [name = '', ...parameters] = entry.split(';')
    const duration = parameters.find((parameter) => /^\s*dur\s*=/i.test(parameter))?.split('=')[1]
    const durationMs = Number(duration?.trim().replace(/^"|"$/g, '') || Number.NaN)
    const token = name.trim()
    // Whatever a server writes there, only proper tokens with a sane duration become components.
    if (/^[\w!#$%&'*+.^`|~-]{1,64}$/.test(token) && durationMs >= 0 && Number.isFinite(durationMs))
      onComponent(token, durationMs)
  }
}
