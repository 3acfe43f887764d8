/** Tells whether an answer of a status is read as a stream of events. */
export function isGood(status: number): boolean {
  return status < 400
}

/** Returns why a good answer is no stream of events, for people; null when it is one. */
export function headProblem(status: number, header: (name: string) => string | undefined): string | null {
  if (!isGood(status) || status === 204) return null
  if (status >= 300) return `HTTP ${status} leads elsewhere, and streams follow no redirects`
  const type = header('content-type') ?? ''
  if (!/^text\/event-stream *(;|$)/i.test(type)) return `the content type is '${type}', not text/event-stream`
  const coding = header('content-encoding') ?? 'identity'
  return coding === 'identity' ? null : `the events are compressed (${coding}), which was not asked for`
}
