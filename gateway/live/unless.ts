/** What comes of it, or undefined once the signal says that nobody waits for it any more, or when it fails. */
export function unlessAborted<T>(signal: AbortSignal, work: Promise<T> | undefined): Promise<T | undefined> {
  if (signal.aborted || !work) return Promise.resolve(undefined)
  return new Promise(resolve => {
    const over = (result?: T) => {
      signal.removeEventListener('abort', given)
      resolve(result)
    }
    const given = () => over()
    signal.addEventListener('abort', given, { once: true })
    work.then(over, () => over())
  })
}
