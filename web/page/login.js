import { path, post } from "/api.js";
import { element, field } from "/dom.js";

export function showLogin(page, view, loggedIn) {
  const failure = element("p", { class: "failure", role: "alert", hidden: true });
  const submit = element("button", { class: "main" }, "Log in");
  const form = element("form", {
    class: "login",
    onsubmit: async (event) => {
      event.preventDefault();
      const values = Object.fromEntries(new FormData(form));
      submit.disabled = true;
      failure.hidden = true;
      try {
        const answer = await post(path("sessions"), { ...values, label: "page" });
        loggedIn(answer.user);
      } catch (problem) {
        failure.textContent = `${problem.message}. ${problem.hint}`;
        failure.hidden = false;
        form.elements.password.value = "";
        form.elements.password.focus();
      }
      submit.disabled = false;
    },
  },
  element("h1", {}, "Log in"),
  field("Name", "user", { required: true, autocomplete: "username", autocapitalize: "none", spellcheck: "false" }),
  field("Password", "password", { required: true, type: "password", autocomplete: "current-password" }),
  failure, submit);
  page.show(view, "Log in", form);
  form.elements.user.focus();
}
