/** The flags by which people say what a URL is asked, as they were typed, and where they are read. */

/** The flags of a request; every field as it was typed. */
export interface RequestFlags {
  readonly method?: string
  /** `Name: value`; `env:NAME` in the value is taken from the environment. */
  readonly header?: readonly string[]
  /** Text, or `@` and the path of a file. */
  readonly body?: string
  /** `name=value` */
  readonly form?: readonly string[]
  /** `name:password`, `name:env:NAME` or `env:NAME`. */
  readonly user?: string
  readonly insecure?: boolean
  readonly cacert?: string
  readonly cert?: string
  readonly key?: string
  readonly sni?: string
  readonly http2?: boolean
  /** Durations with a unit. */
  readonly timeout?: string
  readonly connectTimeout?: string
  readonly connectTo?: string
  /** `host:port:address` */
  readonly resolve?: string
  /** False: each request has a connection of its own. */
  readonly keepalive?: boolean
  readonly unixSocket?: string
  readonly followRedirects?: number
}

/** The surroundings in which flags are read. */
export interface FlagPlace {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
}
