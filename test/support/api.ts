/** What came back: the status, the headers, and the body as JSON when it is JSON. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Body
  readonly text: string
}
/** Tests look into answers without ceremony; whether the shape is right is what they test. */
export interface Body {
  readonly [key: string]: unknown
  readonly items: readonly Readonly<Record<string, unknown>>[]
}

export interface Api {
  readonly headers: Readonly<Record<string, string>>
  get(path: string, headers?: Record<string, string>): Promise<Answer>
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  put(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  delete(path: string, headers?: Record<string, string>): Promise<Answer>
  /** Any request; a body that is a string or bytes goes out as it is. */
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
}

/** A client with these headers on every request. */
export function apiOf(url: string, base: Readonly<Record<string, string>>): Api {
  const send = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> => {
    const raw = typeof body === 'string' || body instanceof Uint8Array
    const response = await fetch(url + path, {
      method,
      redirect: 'manual',
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...base, ...headers },
      ...(body !== undefined && { body: raw ? (body as string) : JSON.stringify(body) }),
    })
    const text = await response.text()
    const json = /json/.test(response.headers.get('content-type') ?? '') && text !== ''
    return { status: response.status, headers: response.headers, body: (json ? JSON.parse(text) : {}) as Body, text }
  }
  return {
    headers: base,
    send,
    get: (path, headers) => send('GET', path, undefined, headers),
    post: (path, body = {}, headers) => send('POST', path, body, headers),
    put: (path, body, headers) => send('PUT', path, body, headers),
    delete: (path, headers) => send('DELETE', path, undefined, headers),
  }
}

/** Signs in with name and password, as a browser does; throws when it is refused. */
export async function signIn(url: string, name: string, password: string): Promise<Api> {
  const answer = await apiOf(url, {}).post('/api/v1/session', { name, password })
  if (answer.status !== 200) throw new Error(`sign-in: ${answer.status} ${answer.text}`)
  return apiOf(url, { cookie: answer.headers.getSetCookie()[0]!.split(';')[0]! })
}
