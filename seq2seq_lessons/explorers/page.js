// Run by each picture of an explorer once it is on the page; frames.py puts it into the picture's onload.
//
// A Stack throws its old child away and builds the new one, and an HTML widget replaces its whole content, so text
// inside either is not announced by screen readers: an aria-live region has to stay in the page while its text changes.
// ipywidgets cannot map a step to words in the browser either. So each picture carries its own words and writes them
// into the one status line of its explorer. It also gives names to what ipywidgets leaves nameless: the slider's handle
// and Play's two buttons; and a logarithmic slider says the number in its box instead of the exponent. A page that
// forbids inline handlers keeps an empty status line; nothing else is lost.
function shown(picture) {
  const explorer = picture.closest(".s2s-explorer");
  if (!explorer) return;
  const line = explorer.querySelector("[role=status]");
  if (line && line.textContent !== picture.dataset.status) line.textContent = picture.dataset.status;
  const handle = (slider) => slider.querySelector(".noUi-handle");
  for (const slider of explorer.querySelectorAll(".widget-slider"))
    handle(slider)?.setAttribute("aria-label", slider.querySelector("label").textContent);
  for (const slider of explorer.querySelectorAll(".s2s-log"))
    handle(slider)?.setAttribute("aria-valuetext", slider.nextElementSibling.querySelector("input").value);
  for (const play of explorer.querySelectorAll(".widget-play"))
    ["play or pause", "stop and go back to the first step"].forEach((name, number) => {
      const button = play.querySelectorAll("button")[number];
      button.setAttribute("aria-label", name);
      button.title = name;
    });
}
