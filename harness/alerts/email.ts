/** Sends alerts by SMTP, as text and as HTML. */
import * as z from 'zod'
import { HarnessError, messageOf } from '../base/errors.ts'
import { lookUp } from '../base/names.ts'
import { visible } from '../base/visible.ts'
import type { Written } from '../base/written.ts'
import type { Alert } from '../model/alert.ts'
import type { PluginPlan } from '../model/plan.ts'
import type { AlertChannelPlugin } from '../ports/alert-channel.ts'
import { key, mailAddress } from './config.ts'
import { clip, digestOf, factsOf, headlineOf, linkOf, statusWord } from './text.ts'

const SUBJECT_CHARS_MAX = 200
const ANSWER_CHARS_MAX = 200
/** The time limit of each reply of the server. The caller stops waiting earlier; this one closes the socket. */
const SILENT_MS_MAX = 5_000
const PORTS = { tls: 465, starttls: 587, none: 25 } as const
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const configSchema = z
  .strictObject({
    /** Name or address of the mail server. */
    host: z.string().min(1, 'not empty').describe('Name or address of the mail server'),
    /** Default: 465 for tls, 587 for starttls, 25 for none. */
    port: z
      .int()
      .min(1)
      .max(65_535)
      .optional()
      .describe('TCP port. Default: 465 for tls, 587 for starttls, 25 for none.'),
    /** `tls` from the first byte, `starttls` before login and mail, `none` only for a relay nearby. Default: starttls. */
    security: z
      .enum(['tls', 'starttls', 'none'])
      .default('starttls')
      .describe('tls: from the first byte; starttls: before login and mail; none: only for a relay nearby'),
    /** Name to log in with; `password` beside it. */
    user: key.optional().describe('Name to log in with'),
    /** Password of the user, usually a secret. */
    password: key.optional().describe('Password of the user, usually {{secret.NAME}}'),
    /** Sender: `team@example.org` or `Team <team@example.org>`. */
    from: mailAddress.describe('Sender'),
    /** Addresses of whoever is told. */
    to: z.array(mailAddress).min(1, 'at least one address').describe('Addresses of the recipients'),
  })
  .refine(
    ({ user, password }) => (user === undefined) === (password === undefined),
    'user and password, or neither',
  )
  .describe('Mail')
type EmailConfig = z.output<typeof configSchema>

/** Alerts are mails, sent by SMTP. */
export function email(config: Written<typeof configSchema>): PluginPlan {
  return { plugin: 'email', config }
}

/** The `email` plugin. */
export const emailPlugin: AlertChannelPlugin = {
  name: 'email',
  summary: 'mail by SMTP',
  configSchema,
  create(config) {
    const { from, to, ...server } = config as EmailConfig
    return {
      async send(alert, signal) {
        // Imported only to send mail, or every command would take longer to start.
        const { createTransport } = await import('nodemailer')
        try {
          await createTransport(connectionFor(server)).sendMail({ from, to, ...messageFor(alert), signal })
        } catch (cause) {
          throw failure(server.host, signal, cause)
        }
      },
      close: () => Promise.resolve(),
    }
  },
}

function connectionFor({ host, port, security, user, password }: Omit<EmailConfig, 'from' | 'to'>) {
  return {
    host,
    port: port ?? PORTS[security],
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    connectionTimeout: SILENT_MS_MAX,
    greetingTimeout: SILENT_MS_MAX,
    socketTimeout: SILENT_MS_MAX,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(user === undefined || password === undefined ? {} : { auth: { user, pass: password } }),
  }
}

function failure(host: string, signal: AbortSignal, cause: unknown): HarnessError {
  const answer = clip(visible(messageOf(cause)), ANSWER_CHARS_MAX)
  const message = signal.aborted ? 'did not accept the mail in time' : `did not accept the mail: ${answer}`
  return new HarnessError('ALERT_FAILED', `${host} ${message}`, {
    cause,
    hint: 'Check host, port, security and login of the channel.',
  })
}

function messageFor(alert: Alert) {
  return {
    // The same id for every attempt at an alert, so that mailboxes show a repeated mail once.
    messageId: `<${digestOf(`${alert.dedupeKey}/${alert.status}/${alert.at}`)}@proofload.invalid>`,
    subject: clip(`[proofload] ${headlineOf(alert)}`, SUBJECT_CHARS_MAX),
    text: textFor(alert),
    html: htmlFor(alert),
    // Suppresses out-of-office replies (RFC 3834).
    headers: { 'auto-submitted': 'auto-generated' },
  }
}

function textFor(alert: Alert): string {
  const facts = factsOf(alert).map(([label, text]) => `${label}: ${text}`)
  return [headlineOf(alert), '', ...facts, ''].join('\n')
}

function htmlFor(alert: Alert): string {
  const rows = factsOf(alert).map(
    ([label, text]) => `<tr><th align="left">${escaped(label)}</th><td>${escaped(text)}</td></tr>`,
  )
  const link = linkOf(alert)
  return [
    `<h2>${escaped(`${statusWord(alert)} ${visible(alert.scenario)}`)}</h2>`,
    `<p>${escaped(visible(alert.summary))}</p>`,
    `<table>${rows.join('')}</table>`,
    ...(link === null ? [] : [`<p><a href="${escaped(link)}">Runbook</a></p>`]),
  ].join('\n')
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => lookUp(ENTITIES, character) ?? character)
}
