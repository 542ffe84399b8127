// The shortcodes people meet most; an unknown one stays as it was typed.

export const EMOJI = {
  white_check_mark: "✅", heavy_check_mark: "✔️", x: "❌", warning: "⚠️", tada: "🎉", wave: "👋", eyes: "👀", calendar: "📆",
  date: "📅", spiral_calendar_pad: "🗓️", clock1: "🕐", clock3: "🕒", hourglass: "⌛", hourglass_flowing_sand: "⏳", alarm_clock: "⏰",
  email: "📧", envelope: "✉️", incoming_envelope: "📨", mailbox: "📫", memo: "📝", pencil: "✏️", pencil2: "✏️", page_facing_up: "📄",
  paperclip: "📎", link: "🔗", lock: "🔒", unlock: "🔓", key: "🔑", mag: "🔍", bell: "🔔", no_bell: "🔕", star: "⭐", star2: "🌟",
  sparkles: "✨", fire: "🔥", rocket: "🚀", bulb: "💡", heart: "❤️", blue_heart: "💙", green_heart: "💚", thumbsup: "👍", "+1": "👍",
  thumbsdown: "👎", "-1": "👎", clap: "👏", pray: "🙏", raised_hands: "🙌", muscle: "💪", smile: "😄", slightly_smiling_face: "🙂",
  thinking_face: "🤔", cry: "😢", joy: "😂", grinning: "😀", sunglasses: "😎", bust_in_silhouette: "👤", busts_in_silhouette: "👥",
  speech_balloon: "💬", thought_balloon: "💭", briefcase: "💼", office: "🏢", house: "🏠", phone: "☎️", telephone_receiver: "📞",
  iphone: "📱", computer: "💻", bar_chart: "📊", chart_with_upwards_trend: "📈", clipboard: "📋", pushpin: "📌", round_pushpin: "📍",
  arrow_right: "➡️", arrow_left: "⬅️", arrow_up: "⬆️", arrow_down: "⬇️", arrows_counterclockwise: "🔄", repeat: "🔁", question: "❓",
  exclamation: "❗", heavy_plus_sign: "➕", heavy_minus_sign: "➖", red_circle: "🔴", large_blue_circle: "🔵", large_green_circle: "🟢",
  large_yellow_circle: "🟡", white_circle: "⚪", black_circle: "⚫", no_entry: "⛔", no_entry_sign: "🚫", information_source: "ℹ️",
  moneybag: "💰", handshake: "🤝", writing_hand: "✍️", robot_face: "🤖", gear: "⚙️", hammer: "🔨", wrench: "🔧", package: "📦", outbox_tray: "📤", inbox_tray: "📥", leftwards_arrow_with_hook: "↩️", zzz: "💤",
};
