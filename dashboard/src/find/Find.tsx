import { useQuery } from '@tanstack/react-query'
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import type { SearchHit } from '../../../gateway/http/contract.ts'
import { findable, matcher } from '../../../rules/search/match.ts'
import { inOrderOfWork } from '../../../rules/start.ts'
import { call, useMe } from '../api.ts'
import { plain } from '../format.ts'
import { Icon, type IconName } from '../parts/Icon.tsx'
import { useModal } from '../parts/modal.ts'
import { Refusal } from '../parts/notes.tsx'
import { inBoth, useText } from '../text/index.ts'
import { pageList, pagesOf, sectionsOf } from './pagelist.ts'
import { pathOf } from './paths.ts'
import './find.css'

/** How long nobody types before the gateway is asked, ms. */
const PAUSE_MS = 60

interface Line {
  readonly key: string
  readonly icon: IconName
  readonly kind: string
  readonly name: string
  readonly no: string | null
  readonly sub: string | null
  readonly path: string
  readonly rank: number
}
const icons: Record<SearchHit['kind'], IconName> = {
  equipment: 'equipment',
  point: 'trends',
  alarm: 'alarms',
  order: 'orders',
  place: 'plan',
  person: 'person',
  pass: 'passes',
  visit: 'visits',
  permit: 'permits',
  meter: 'readings',
  complaint: 'help',
  register: 'registers',
  entry: 'registers',
  runbook: 'runbooks',
}

/** Pages and settings by their names in both languages; all pages, in the order of the work, while nothing is typed. */
function useOwnLines(typed: string): readonly Line[] {
  const { t } = useText()
  const me = useMe()
  return useMemo(() => {
    const rank = matcher(typed)
    const pages = inOrderOfWork(me.role, pagesOf(me)).map(name => ({
      ...{ key: `page:${name}`, kind: t('find.kind.page'), name: t(pageList[name].title), ...pageList[name] },
      texts: inBoth(pageList[name].title),
    }))
    const sections = sectionsOf(me).map(name => ({
      ...{ key: `setting:${name}`, kind: t('find.kind.setting'), name: t(`settings.${name}`) },
      ...{ icon: 'settings' as const, path: `/settings/${name}`, texts: inBoth(`settings.${name}`) },
    }))
    if (typed.trim() === '') return pages.map(page => ({ ...page, no: null, sub: null, rank: 0 }))
    return [...pages, ...sections].flatMap(one => {
      const fit = rank(one.texts.map(findable))
      return fit === null ? [] : [{ ...one, no: null, sub: null, rank: fit }]
    })
  }, [typed, me, t])
}

/**
 * One box for all that there is [issue 10, item 3]. Nothing that was typed or found is kept: the next person at this screen
 * starts with an empty box.
 */
export default function Find({ onClose }: { readonly onClose: () => void }) {
  const { t, of } = useText()
  const [, go] = useLocation()
  const box = useRef<HTMLDialogElement>(null)
  const list = useRef<HTMLDivElement>(null)
  const [typed, setTyped] = useState('')
  const [asked, setAsked] = useState('')
  const [at, setAt] = useState(0)
  // Enter was pressed before the answer was there: the first line is opened as soon as it is.
  const hurry = useRef(false)
  const id = useId()
  // Before the dialog gives the focus back: who went to another page begins there, not at the top of the frame.
  const gone = useRef(false)
  useEffect(
    () => () => {
      if (gone.current) document.getElementById('page')?.focus()
    },
    [],
  )
  useModal(box)
  useEffect(() => {
    const timer = setTimeout(() => setAsked(typed.trim()), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [typed])
  const query = useQuery({
    queryKey: ['search', asked],
    queryFn: async () => (await call<{ items: readonly SearchHit[] }>(`search?q=${encodeURIComponent(asked)}`)).items,
    enabled: asked !== '',
    gcTime: 0,
    staleTime: 0,
    retry: false,
  })
  const waiting = typed.trim() !== '' && (asked !== typed.trim() || query.isFetching)
  const own = useOwnLines(typed)
  const lines = useMemo(() => {
    const hits = asked === typed.trim() ? (query.data ?? []) : []
    const found = hits.map(
      (hit): Line => ({
        key: `${hit.kind}:${hit.id}`,
        icon: icons[hit.kind],
        kind: t(`find.kind.${hit.kind}`),
        name: of(hit.name),
        no: hit.no === null || hit.no === of(hit.name) ? null : plain(hit.no),
        sub: hit.sub === null ? null : of(hit.sub),
        path: pathOf(hit),
        rank: hit.rank,
      }),
    )
    return [...own, ...found].sort((a, b) => a.rank - b.rank)
  }, [own, query.data, asked, typed, t, of])
  const marked = Math.min(at, lines.length - 1)
  const open = (line: Line | undefined) => {
    if (!line) return
    gone.current = true
    onClose()
    go(line.path)
  }
  useEffect(() => {
    if (!hurry.current || waiting) return
    hurry.current = false
    const first = lines[0]
    if (!first) return
    gone.current = true
    onClose()
    go(first.path)
  }, [waiting, lines, onClose, go])
  useEffect(() => {
    list.current?.children[marked]?.scrollIntoView({ block: 'nearest' })
  }, [marked])
  const keys = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    const last = lines.length - 1
    if (event.key === 'ArrowDown') setAt(marked >= last ? 0 : marked + 1)
    else if (event.key === 'ArrowUp') setAt(marked <= 0 ? last : marked - 1)
    else if (event.key === 'Home' && event.ctrlKey) setAt(0)
    else if (event.key === 'End' && event.ctrlKey) setAt(last)
    else if (event.key === 'PageDown') setAt(Math.min(last, marked + 8))
    else if (event.key === 'PageUp') setAt(Math.max(0, marked - 8))
    else if (event.key === 'Enter') {
      if (waiting && at === 0) hurry.current = true
      else open(lines[marked])
    } else return
    event.preventDefault()
  }
  const nothing = lines.length === 0 && !waiting && !query.error
  const said = waiting ? t('find.looking') : nothing ? t('find.nothing') : t('find.count', { n: lines.length })
  return (
    // A press beside it closes it, as Esc does.
    // biome-ignore lint/a11y/useKeyWithClickEvents: Esc is the key for it
    <dialog
      ref={box}
      className="dlg find"
      aria-label={t('find.title')}
      onClose={onClose}
      onClick={event => {
        if (event.target === box.current) onClose()
      }}
    >
      <div className="find-t">
        <label className="find-in">
          <Icon name="search" />
          <span className="sr">{t('find.title')}</span>
          <input
            type="text"
            role="combobox"
            autoFocus
            aria-expanded={lines.length > 0}
            aria-controls={id}
            aria-autocomplete="list"
            aria-activedescendant={lines[marked] ? `${id}-${marked}` : undefined}
            autoComplete="off"
            autoCorrect="off"
            spellCheck={false}
            maxLength={64}
            placeholder={t('find.hint')}
            value={typed}
            onChange={event => {
              hurry.current = false
              setTyped(event.target.value)
              setAt(0)
            }}
            onKeyDown={keys}
          />
        </label>
        <button type="button" className="ib" onClick={onClose} title={t('common.close')}>
          <Icon name="x" />
          <span className="sr">{t('common.close')}</span>
        </button>
      </div>
      <div className="find-l" id={id} ref={list} role="listbox" aria-label={t('find.title')}>
        {lines.map((line, i) => (
          <div
            key={line.key}
            id={`${id}-${i}`}
            role="option"
            tabIndex={-1}
            aria-selected={i === marked}
            onPointerMove={() => setAt(i)}
            onClick={() => open(line)}
            onKeyDown={keys}
          >
            <Icon name={line.icon} />
            <span className="find-n">
              <b>{line.name}</b>
              {(line.no ?? line.sub) ? <small>{[line.no, line.sub].filter(Boolean).join(' · ')}</small> : null}
            </span>
            <span className="find-k">{line.kind}</span>
          </div>
        ))}
      </div>
      {nothing ? <p className="find-0">{t('find.nothingWhy')}</p> : null}
      {query.error && asked === typed.trim() ? (
        <div className="find-0">
          <Refusal error={query.error} />
        </div>
      ) : null}
      <p className="find-f" role="status">
        {said}
        <span className="keys" aria-hidden="true">
          <kbd>↑</kbd> <kbd>↓</kbd> <kbd>Enter</kbd> <kbd>Esc</kbd>
        </span>
      </p>
    </dialog>
  )
}
