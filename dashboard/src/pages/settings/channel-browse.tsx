import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { BrowsedNodeView, SiteView } from '../../../../gateway/http/contract.ts'
import { call, post, queries, useMay } from '../../api.ts'
import { formatUnit, plain } from '../../format.ts'
import { Button, useLinkBlock } from '../../parts/Button.tsx'
import { Field } from '../../parts/Dialog.tsx'
import { Note, Refusal } from '../../parts/notes.tsx'
import { useText } from '../../text/index.ts'
import { equipmentOf } from './equipment-snippet.ts'

interface Chosen {
  readonly nodes: ReadonlyMap<string, BrowsedNodeView>
  readonly toggle: (node: BrowsedNodeView) => void
}

/** Looks around in the server behind a channel, and makes equipment of what is chosen. */
export function ChannelBrowse({ id }: { readonly id: string }) {
  const { t } = useText()
  const [nodes, setNodes] = useState<ReadonlyMap<string, BrowsedNodeView>>(new Map())
  const toggle = (node: BrowsedNodeView) => {
    const next = new Map(nodes)
    if (!next.delete(node.node)) next.set(node.node, node)
    setNodes(next)
  }
  return (
    <div className="brw">
      <section aria-label={t('browse.root')}>
        <h3>{t('browse.root')}</h3>
        <Children id={id} node={null} chosen={{ nodes, toggle }} />
      </section>
      <Snippet id={id} nodes={[...nodes.values()]} />
    </div>
  )
}

function Children({
  id,
  node,
  chosen,
}: {
  readonly id: string
  readonly node: string | null
  readonly chosen: Chosen
}) {
  const { t } = useText()
  const query = useInfiniteQuery({
    queryKey: ['browse', id, node],
    queryFn: ({ pageParam }) =>
      post<{ items: readonly BrowsedNodeView[]; next: string | null }>(`channels/${encodeURIComponent(id)}/browse`, {
        node,
        ...(pageParam === '' ? {} : { cursor: pageParam }),
      }),
    initialPageParam: '',
    getNextPageParam: last => last.next,
    gcTime: 0,
    retry: false,
  })
  if (query.error)
    return (
      <div className="col">
        <Refusal error={query.error} />
        <Button small onClick={() => void query.refetch()}>
          {t('common.retry')}
        </Button>
      </div>
    )
  const items = query.data?.pages.flatMap(page => page.items)
  if (!items) return <div className="dim3">{t('browse.loading')}</div>
  if (items.length === 0) return <div className="dim3">{t('browse.empty')}</div>
  return (
    <ul className="tree">
      {items.map(one => (
        <Branch key={one.node} id={id} node={one} chosen={chosen} />
      ))}
      {query.hasNextPage ? (
        <li>
          <Button small onClick={() => void query.fetchNextPage()}>
            {t('browse.more')}
          </Button>
        </li>
      ) : null}
    </ul>
  )
}

function Branch({
  id,
  node,
  chosen,
}: {
  readonly id: string
  readonly node: BrowsedNodeView
  readonly chosen: Chosen
}) {
  const { t } = useText()
  const [open, setOpen] = useState(false)
  const name = plain(node.displayName)
  const variable = node.class === 'variable'
  return (
    <li>
      <div className="row">
        <button
          type="button"
          className="tree-b"
          aria-expanded={open}
          aria-label={t(open ? 'browse.close' : 'browse.open', { name })}
          onClick={() => setOpen(!open)}
        >
          {open ? '−' : '+'}
        </button>
        {variable ? (
          <input
            type="checkbox"
            aria-label={t('browse.choose', { name })}
            title={node.kind === null ? t('browse.noKind') : undefined}
            disabled={node.kind === null}
            checked={chosen.nodes.has(node.node)}
            onChange={() => chosen.toggle(node)}
          />
        ) : null}
        <span className={`brk ${variable && node.kind === null ? 'dim3' : ''}`} title={plain(node.node)}>
          <bdi>{name}</bdi>
        </span>
        {variable ? (
          <span className="ml dim nw">
            {node.value === null ? '—' : plain(String(node.value)).slice(0, 40)}{' '}
            {node.unit === null ? plain(node.unitText ?? '') : formatUnit(node.unit)}
            {node.writable ? ` · ${t('browse.writable')}` : ''}
          </span>
        ) : null}
      </div>
      {open ? <Children id={id} node={node.node} chosen={chosen} /> : null}
    </li>
  )
}

function Snippet({ id, nodes }: { readonly id: string; readonly nodes: readonly BrowsedNodeView[] }) {
  const { t } = useText()
  const writes = useMay('site.write')
  const away = useLinkBlock()
  const [equipment, setEquipment] = useState('')
  const [kind, setKind] = useState('equipment')
  const [outcome, setOutcome] = useState<'copied' | 'inserted' | null>(null)
  const [error, setError] = useState<unknown>(null)
  const made = equipmentOf(equipment.trim() || 'equipment-1', kind.trim() || 'equipment', id, nodes)
  const text = JSON.stringify(made, null, 2)
  const insert = async () => {
    setError(null)
    setOutcome(null)
    try {
      const site = await call<SiteView>('site')
      const { modify, applyEdits } = await import('jsonc-parser')
      const formattingOptions = { insertSpaces: true, tabSize: 2 }
      const edits = modify(site.text, ['equipment', -1], made, { isArrayInsertion: true, formattingOptions })
      const body = { text: applyEdits(site.text, edits), hash: site.hash }
      queries.setQueryData(['site'], await call<SiteView>('site', { method: 'PUT', body }))
      setOutcome('inserted')
    } catch (refused) {
      setError(refused)
    }
  }
  const copy = async () => {
    setError(null)
    try {
      await navigator.clipboard.writeText(text)
      setOutcome('copied')
    } catch (refused) {
      setError(refused)
    }
  }
  const blocked = nodes.length === 0 ? t('browse.choosing') : null
  return (
    <section className="col" aria-label={t('browse.snippet')}>
      <h3>
        {t('browse.snippet')} <span className="dim">{t('browse.chosen', { n: nodes.length })}</span>
      </h3>
      <div className="row wrap">
        <Field label={t('browse.equipmentId')}>
          <input
            className="inp"
            maxLength={64}
            value={equipment}
            onChange={event => setEquipment(event.target.value)}
          />
        </Field>
        <Field label={t('browse.equipmentKind')}>
          <input className="inp" maxLength={64} value={kind} onChange={event => setKind(event.target.value)} />
        </Field>
      </div>
      {nodes.length > 0 ? (
        <textarea className="inp mono" rows={12} readOnly aria-label={t('browse.snippet')} value={text} />
      ) : null}
      <Refusal error={error} />
      {outcome === 'inserted' ? (
        <Note icon="check" role="status">
          {t('browse.inserted')} {t('browse.addTo')}
        </Note>
      ) : null}
      <div className="row wrap">
        <Button small icon={outcome === 'copied' ? 'check' : 'copy'} blocked={blocked} onClick={() => void copy()}>
          {t(outcome === 'copied' ? 'common.copied' : 'common.copy')}
        </Button>
        {writes ? (
          <Button
            small
            primary
            sayWhy
            blocked={away ?? blocked ?? (equipment.trim() === '' ? t('browse.needId') : null)}
            onClick={() => void insert()}
          >
            {t('browse.insert')}
          </Button>
        ) : null}
      </div>
    </section>
  )
}
