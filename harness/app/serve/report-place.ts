import type { ReportPlace } from '../../model/live-message.ts'

/** The file that people read first. @param href page of the dashboard about it; null when the dashboard goes with it */
export function reportPlaceOf(files: Readonly<Record<string, string>>, href: string | null): ReportPlace {
  const { html, markdown, record } = files
  return { href, path: html ?? markdown ?? record ?? '' }
}
