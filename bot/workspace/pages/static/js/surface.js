// How a drawn surface talks back: presses, choices, and questions for options, with its state.

import { post } from "./api.js";
import { formOf } from "./form.js";
import { state } from "./state.js";
import { refused } from "./toast.js";

/** A surface for a container ({type:"message",…} or {type:"view",view_id}). */
export function surfaceOf(container, key, more = {}) {
  const form = formOf(key);
  const base = (block, el) => ({ as: state.as, container, block_id: block.block_id, action_id: el.action_id });
  return {
    container,
    form,
    async act(block, el, value) {
      const answer = await post("action", { ...base(block, el), ...value, state: { values: form.values } });
      if (answer.ok === false) refused(answer, "This app’s response");
      return answer;
    },
    options: (block, el, text) => post("options", { ...base(block, el), value: text }),
    ...more,
  };
}
