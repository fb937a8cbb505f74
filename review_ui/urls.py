"""Addresses of the desk."""

from __future__ import annotations

from django.urls import include, path

from review_ui.views.accounts import account, people
from review_ui.views.cases import cases, documents
from review_ui.views.office import duties, reports
from review_ui.views.public import hooks
from review_ui.views.search import saved, search
from review_ui.views.sources import dropped, source_edit, sources
from review_ui.views.triage import arrange, item, verdicts
from review_ui.views.triage.queue import show as show_queue

urlpatterns = [
    path("", show_queue, name="queue"),
    path("claims/<int:pk>/", item.show, name="item"),
    path("claims/<int:pk>/verdict/", verdicts.give_verdict, name="give-verdict"),
    path("claims/<int:pk>/verdict/keep/", verdicts.let_stand, name="let-stand"),
    path("verdicts/<int:pk>/undo/", verdicts.undo, name="undo"),
    path("claims/<int:pk>/arrange/", arrange.show, name="arrange"),
    path("claims/<int:pk>/split/", arrange.split, name="split-claim"),
    path("claims/<int:pk>/merge/", arrange.merge, name="merge-claim"),
    path("edits/<int:pk>/undo/", arrange.undo, name="undo-edit"),
    path("claims/<int:pk>/case/", cases.open_case, name="open-case"),
    path("cases/", cases.listing, name="cases"),
    path("cases/<int:pk>/", cases.show, name="case"),
    path("cases/<int:pk>/action/", cases.add_action, name="add-action"),
    path("cases/<int:pk>/review/", cases.review, name="review-case"),
    path("cases/<int:pk>/author/", cases.reveal_author, name="reveal-author"),
    path("cases/<int:pk>/package/", cases.ask_package, name="ask-package"),
    path("packages/<int:pk>/", cases.take_package, name="take-package"),
    path("documents/<slug:pk>/", documents.show, name="document"),
    path("documents/<slug:pk>/received/", documents.received, name="received"),
    path("search/", search.show, name="search"),
    path("search/rising/", search.rising, name="rising"),
    path("search/similar/<slug:pk>/", search.similar, name="similar"),
    path("search/export/<slug:form>/", search.download, name="search-export"),
    path("saved/", saved.listing, name="saved"),
    path("saved/new/", saved.edit, name="saved-new"),
    path("saved/<int:pk>/", saved.edit, name="saved-edit"),
    path("saved/<int:pk>/remove/", saved.remove, name="saved-remove"),
    path("tokens/", saved.show_tokens, name="tokens"),
    path("tokens/<int:pk>/revoke/", saved.revoke_token, name="token-revoke"),
    path("api/", include("review_ui.api.urls")),
    path("reports/", reports.listing, name="reports"),
    path("reports/<int:pk>/", reports.show, name="report"),
    path("reports/<int:pk>/<slug:form>/", reports.download, name="report-file"),
    path("duties/", duties.show, name="duties"),
    path("sources/", sources.show, name="sources"),
    path("sources/new/", source_edit.new, name="source-new"),
    path("sources/trials/<int:pk>/", source_edit.trial, name="source-trial"),
    path("sources/trials/<int:pk>/keep/", source_edit.keep, name="source-keep"),
    path("sources/<slug:name>/switch/", source_edit.switch, name="source-switch"),
    path("sources/dropped/", dropped.show, name="dropped"),
    path("help/", account.show_help, name="help"),
    path("signin/", account.SignIn.as_view(), name="signin"),
    path("signin/<str:token>/", account.sign_in_once, name="signin-once"),
    path("signout/", account.sign_out, name="signout"),
    path("password/", account.set_password, name="password"),
    path("language/", account.choose_language, name="language"),
    path("hooks/zalo/", hooks.zalo, name="zalo"),
    path("accounts/", people.show, name="accounts"),
    path("accounts/<int:pk>/", people.edit, name="account"),
    path("accounts/<int:pk>/role/", people.change_role, name="account-role"),
    path("accounts/<int:pk>/disable/", people.disable, name="account-disable"),
    path("accounts/<int:pk>/enable/", people.enable, name="account-enable"),
    path("accounts/<int:pk>/link/", people.link, name="account-link"),
]

handler400 = "review_ui.failed.bad_request"
handler403 = "review_ui.failed.forbidden"
handler500 = "review_ui.failed.failed"
