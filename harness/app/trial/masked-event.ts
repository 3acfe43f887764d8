/** Events of a trial as people may see them: without the secrets of the run, and without what is secret by its name. */
import { MASK } from '../../base/secret-mask.ts'
import type { HeaderField, TrialEvent, TriedBody } from '../../model/tried-request.ts'
import { isSecretName, maskNamed } from '../../telemetry/secret-names.ts'
import type { RunMask } from '../run/run-mask.ts'

export function maskedEvent(event: TrialEvent, mask: RunMask): TrialEvent {
  const masked = mask.data(event)
  if (masked.kind !== 'request') return masked
  const { request } = masked
  return {
    kind: 'request',
    request: {
      ...request,
      sentHeaders: request.sentHeaders.map(maskedField),
      headers: request.headers.map(maskedField),
      sentBody: maskedBody(request.sentBody),
      body: maskedBody(request.body),
      extracted: request.extracted.map(maskedField),
    },
  }
}

/** The name of a cookie stays, and so does the scheme of an authorization. */
function maskedField([name, value]: HeaderField): HeaderField {
  if (!isSecretName(name)) return [name, value]
  if (/cookie$/i.test(name)) return [name, value.replace(/(^|;\s*)([^=;]+)=[^;]*/g, cookieWithout)]
  const [, scheme] = /^(\w+) \S/.exec(value) ?? []
  return [name, scheme === undefined ? MASK : `${scheme} ${MASK}`]
}

const ATTRIBUTES = /^(path|domain|expires|max-age|samesite|priority)$/i

function cookieWithout(whole: string, before: string, name: string): string {
  return ATTRIBUTES.test(name.trim()) ? whole : `${before}${name}=${MASK}`
}

function maskedBody(body: TriedBody | null): TriedBody | null {
  return body === null || body.text === null ? body : { ...body, text: maskNamed(body.text, MASK) }
}
