import { plainly, type Why } from '../../reader/row.ts'

/** What OpenSSH's programs say in the language C, most telling first. */
const words: readonly (readonly [RegExp, Why['code']])[] = [
  [/HOST IDENTIFICATION HAS CHANGED|No \S+ host key is known|Host key verification failed/, 'host-key-changed'],
  [/Permission denied \([\w,@.-]*\)|Too many authentication failures|UNPROTECTED PRIVATE KEY/, 'sign-in-refused'],
  [/timed out|Timeout, server|not responding/i, 'timeout'],
  [
    /Connection refused|Could not resolve|No route to host|Network is unreachable|getaddrinfo|(reset|closed) by/i,
    'unreachable',
  ],
  [/kex_exchange|banner|Protocol mismatch|Unable to negotiate|subsystem request failed|message too long/i, 'nonsense'],
  [/Permission denied/, 'far-permission'],
  [/No such file|not found|not a directory/i, 'not-found'],
  // [draft-ietf-secsh-filexfer-02, 7]: SSH_FX_FAILURE is all that a server can say of a full disk.
  [/Failure|No space|quota/i, 'far-full'],
  [/Connection closed|Broken pipe|lost connection/i, 'unreachable'],
]
/** @param said by sftp, ssh or ssh-keyscan on their standard error */
export function whyOf(said: string): Why {
  const lines = said.split(/\r?\n/).filter(line => !/^[@\s]*$|^Connection closed$|^Can't ls: /.test(line))
  const text = lines.length > 0 ? lines.join('\n') : said
  const code = words.find(([pattern]) => pattern.test(text))?.[1] ?? 'other'
  const print = /SHA256:[\w+/]+/.exec(said)?.[0]
  return { code, detail: plainly(code === 'host-key-changed' ? (print ?? lines.at(-1) ?? '') : lines.join(' ')) }
}
/** The program itself could not be started or went wrong. */
export function whyNot(error: unknown): Why {
  const { code, syscall, path, message, stderr } = error as NodeJS.ErrnoException & { stderr?: string }
  if (code === 'EINWARD') return { code: 'inward', detail: plainly(message) }
  if (code === 'ENOENT' && syscall?.startsWith('spawn')) return { code: 'no-sftp', detail: plainly(path ?? '') }
  if (typeof stderr === 'string' && stderr !== '') return whyOf(stderr)
  return { code: 'other', detail: plainly(message) }
}
