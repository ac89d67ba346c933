/** Where a topic filter ends, and who has it. */
interface Place<T> {
  readonly next: Map<string, Place<T>>
  readonly here: Map<T, number>
}
const place = <T>(): Place<T> => ({ next: new Map(), here: new Map() })

/** Topic filters of many [MQTT 3.1.1, 4.7], asked by topic: what it costs grows with the levels, not with the filters. */
export function createFilters<T>() {
  const root = place<T>()
  return {
    add(filter: string, who: T, qos: number): void {
      let at = root
      for (const word of filter.split('/')) {
        const next = at.next.get(word) ?? place<T>()
        at.next.set(word, next)
        at = next
      }
      at.here.set(who, qos)
    },
    remove(filter: string, who: T): void {
      const words = filter.split('/')
      const way = [root]
      for (const word of words) {
        const next = way.at(-1)!.next.get(word)
        if (!next) return
        way.push(next)
      }
      way.at(-1)!.here.delete(who)
      for (let i = words.length; i > 0; i--) {
        if (way[i]!.here.size > 0 || way[i]!.next.size > 0) return
        way[i - 1]!.next.delete(words[i - 1]!)
      }
    },
    /** Whom it concerns, each with the highest quality of service of all its filters that fit [MQTT-3.3.5-1]. */
    match(topic: string): Map<T, number> {
      const found = new Map<T, number>()
      const take = ({ here }: Place<T>) => {
        for (const [who, qos] of here) found.set(who, Math.max(found.get(who) ?? 0, qos))
      }
      const words = topic.split('/')
      const walk = (at: Place<T>, i: number): void => {
        const rest = at.next.get('#')
        if (rest) take(rest)
        if (i === words.length) {
          take(at)
          return
        }
        const exact = at.next.get(words[i]!)
        if (exact) walk(exact, i + 1)
        const any = at.next.get('+')
        if (any) walk(any, i + 1)
      }
      walk(root, 0)
      return found
    },
  }
}
