import { nameOfRequest } from '../http/request-name.ts'
import type { BrowserRequest } from './schema.ts'

/** Returns the name under which an act is recorded: `goto /items/:id`, `click text=Pay`. */
export function nameOfAct(request: BrowserRequest): string {
  if ('goto' in request) return nameOfRequest('goto', request.goto)
  if ('click' in request) return `click ${request.click}`
  if ('fill' in request) return `fill ${request.fill.selector}`
  if ('press' in request) return `press ${request.press.key}`
  if ('waitFor' in request) return `waitFor ${request.waitFor}`
  if ('expectText' in request) return `expectText ${request.expectText.selector}`
  return `screenshot ${request.screenshot}`
}
