// What a person has typed or chosen in one surface (a view or a message), as Slack's `state.values`.

const forms = new Map();

/** The form of a view id or message: it outlives redraws, so typing survives an update in place. */
export function formOf(key) {
  if (!forms.has(key)) forms.set(key, new Form());
  return forms.get(key);
}

export const forget = (key) => forms.delete(key);

class Form {
  constructor() {
    this.values = {};
  }

  get(block, action) {
    return this.values[block]?.[action];
  }

  set(block, action, value) {
    this.values[block] = { ...this.values[block], [action]: value };
  }

  /** Keep only what the blocks still ask for. */
  keep(blocks) {
    const ids = new Map((blocks || []).map((block) => [block.block_id, block]));
    const kept = {};
    for (const [block, actions] of Object.entries(this.values)) {
      const found = ids.get(block);
      if (!found) continue;
      const elements = [found.element, found.accessory, ...(found.elements || [])].filter(Boolean);
      for (const [action, value] of Object.entries(actions)) {
        if (elements.some((one) => one.action_id === action && one.type === value.type)) (kept[block] ||= {})[action] = value;
      }
    }
    this.values = kept;
  }
}
