import { Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { useProperties, useSegments } from '@/components/catalog'
import PropertyPicker from '@/components/PropertyPicker'
import ValuePicker from '@/components/ValuePicker'
import { arity, shapeOf, without } from '@/query/condition'
import type { EventSet, Operator, PropertyLeaf, SegmentLeaf, TagLeaf, UserLeaf } from '@/query/types'
import styles from './condition.module.css'
import DidEditor from './DidEditor'
import * as model from './model'
import { conditionSentence } from './sentence'

export interface RowEditorProps {
  row: model.Row
  onChange: (row: model.Row) => void
  scope: model.Scope
  event?: EventSet
  disabled?: boolean
}

/** One row of a condition: its kind, and what that kind needs, in the order of a sentence. */
export default function RowEditor({ row, onChange, scope, event, disabled }: RowEditorProps) {
  const { t } = useTranslation('condition')
  const { leaf, negated } = row
  const shape = shapeOf(leaf)
  const set = (next: model.Row['leaf']) => onChange({ negated, leaf: next })
  // What the builder cannot edit is shown as it reads, never dropped.
  if (shape.type === 'sequence' || shape.type === 'all' || shape.type === 'any' || shape.type === 'not') {
    return (
      <span className={styles.readonly} title={t('builder.sequence')}>
        {conditionSentence(leaf, t)}
      </span>
    )
  }
  const kinds = model.kindsIn(scope)
  const options = (kinds.includes(shape.type) ? kinds : [...kinds, shape.type]).map((kind) => ({ value: kind, label: t(`kinds.${kind}`) }))
  return (
    <div className={styles.row}>
      {negated && <span className={styles.not}>{t('builder.not')}</span>}
      <Select<model.LeafKind>
        className={styles.kind}
        size="small"
        variant="filled"
        aria-label={t('builder.kind')}
        value={shape.type}
        options={options}
        popupMatchSelectWidth={false}
        disabled={disabled}
        onChange={(kind) => set(model.changeKind(leaf, kind))}
      />
      {shape.type === 'property' && <Comparison leaf={shape.node} onChange={set} event={event} disabled={disabled} />}
      {shape.type === 'user' && <Comparison leaf={shape.node} onChange={set} disabled={disabled} />}
      {shape.type === 'tag' && <TagRow leaf={shape.node} onChange={set} disabled={disabled} />}
      {shape.type === 'segment' && <SegmentRow leaf={shape.node} onChange={set} disabled={disabled} />}
      {shape.type === 'did' && <DidEditor did={shape.node.did} measured onChange={(did) => set({ did })} disabled={disabled} />}
      {shape.type === 'did_not' && <DidEditor did={shape.node.did_not} onChange={(did) => set({ did_not: did })} disabled={disabled} />}
    </div>
  )
}

interface LeafProps<L> {
  leaf: L
  onChange: (leaf: L) => void
  event?: EventSet
  disabled?: boolean
}

function Comparison({ leaf, onChange, event, disabled }: LeafProps<PropertyLeaf | UserLeaf>) {
  const { t } = useTranslation('condition')
  const ofEvent = 'property' in leaf
  const scope = ofEvent ? 'event' : 'user'
  const name = ofEvent ? leaf.property : leaf.user
  const properties = useProperties(scope, event)
  const kind = model.valueKind(properties.data?.find((p) => p.name === name)?.types)
  const rename = (next: string) => {
    const kindOfNext = model.valueKind(properties.data?.find((p) => p.name === next)?.types)
    // The old value belongs to the old property; the operator stays where the new one has it.
    const op = model.operatorsFor(kindOfNext).includes(leaf.op) ? leaf.op : (model.operatorsFor(kindOfNext)[0] as Operator)
    onChange(ofEvent ? { property: next, op } : { user: next, op })
  }
  return (
    <>
      <PropertyPicker
        scope={scope}
        event={event}
        value={name}
        onChange={rename}
        label={t('row.property')}
        size="small"
        disabled={disabled}
      />
      <OperatorSelect kind={kind} leaf={leaf} onChange={onChange} disabled={disabled} />
      <ValuePicker
        of={{ scope, property: name, event }}
        kind={kind}
        op={leaf.op}
        value={leaf.value}
        onChange={(value) => onChange(withValue(leaf, value))}
        size="small"
        disabled={disabled}
      />
    </>
  )
}

type Compared = PropertyLeaf | UserLeaf | TagLeaf

function OperatorSelect<L extends Compared>({ kind, leaf, onChange, disabled }: LeafProps<L> & { kind: model.ValueKind }) {
  const { t } = useTranslation('condition')
  const known = model.operatorsFor(kind)
  const operators = known.includes(leaf.op) ? known : [leaf.op, ...known]
  return (
    <Select<Operator>
      className={styles.op}
      size="small"
      aria-label={t('row.op')}
      value={leaf.op}
      options={operators.map((op) => ({ value: op, label: t(`ops.${op}`) }))}
      popupMatchSelectWidth={false}
      disabled={disabled}
      onChange={(op) => onChange(withValue({ ...leaf, op }, model.convertValue(leaf.value, arity(op))))}
    />
  )
}

function withValue<L extends Compared>(leaf: L, value: L['value']): L {
  const rest = without(leaf, 'value')
  return (value === undefined ? rest : { ...rest, value }) as L
}

const RFM_GROUPS = [
  'champions',
  'potential',
  'keep',
  'win_back',
  'general_value',
  'general_developing',
  'general_keeping',
  'general_win_back',
]

function TagRow({ leaf, onChange, disabled }: LeafProps<TagLeaf>) {
  const { t } = useTranslation('condition')
  const many = arity(leaf.op) === 'many'
  const options = RFM_GROUPS.map((group) => ({ value: group, label: t(`rfm.${group}`) }))
  const picker = {
    className: styles.value,
    size: 'small' as const,
    'aria-label': t('row.value'),
    options,
    disabled,
    placeholder: t('row.choose_value'),
  }
  return (
    <>
      <Select<string>
        className={styles.value}
        size="small"
        aria-label={t('row.tag')}
        value={leaf.tag === '' ? undefined : leaf.tag}
        placeholder={t('row.choose_tag')}
        options={[{ value: 'rfm', label: 'RFM' }]}
        status={leaf.tag === '' ? 'warning' : undefined}
        disabled={disabled}
        onChange={(tag) => onChange({ tag, op: 'eq' })}
      />
      <OperatorSelect kind="list" leaf={leaf} onChange={onChange} disabled={disabled} />
      {arity(leaf.op) === 'one' && (
        <Select<string> {...picker} value={leaf.value as string | undefined} onChange={(value) => onChange(withValue(leaf, value))} />
      )}
      {many && (
        <Select<string[]>
          {...picker}
          mode="multiple"
          value={(leaf.value as string[] | undefined) ?? []}
          onChange={(value) => onChange(withValue(leaf, value))}
        />
      )}
    </>
  )
}

function SegmentRow({ leaf, onChange, disabled }: LeafProps<SegmentLeaf>) {
  const { t } = useTranslation('condition')
  const segments = useSegments()
  return (
    <Select<string>
      className={styles.value}
      size="small"
      aria-label={t('row.segment')}
      value={leaf.segment === '' ? undefined : leaf.segment}
      placeholder={t('row.choose_segment')}
      notFoundContent={t('row.no_segments')}
      options={segments.data?.map((s) => ({ value: s.id, label: s.name }))}
      showSearch={{ optionFilterProp: 'label' }}
      status={leaf.segment === '' ? 'warning' : undefined}
      loading={segments.isPending}
      disabled={disabled}
      onChange={(segment) => onChange({ segment })}
    />
  )
}
