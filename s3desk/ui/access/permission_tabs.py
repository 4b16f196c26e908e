"""The tabs of the window `Permissions`: who can read, and one part for each document that can be edited."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QTabWidget, QWidget

from s3desk.s3.access.settings import Ownership
from s3desk.s3.offers import Feature
from s3desk.ui.access.acl_tab import AclTab
from s3desk.ui.access.policy_editor import PolicyEditor
from s3desk.ui.access.setting_section import SettingSection
from s3desk.ui.access.settings_tab import SettingsTab

if TYPE_CHECKING:
    from s3desk.s3.access.seen import Seen
    from s3desk.ui.theme import Theme

WHO, ACL, POLICY, SETTINGS = "Who can read this?", "Access list", "Bucket policy", "Bucket settings"
Part = AclTab | PolicyEditor | SettingSection[Any]
_LISTS_OFF = "Object ownership says that access lists do not count here: a change may be refused, or mean nothing."


class PermissionTabs(QTabWidget):
    """Shows documents and never touches S3; with key "" the access list is the bucket's.

    A template for the policy begins with `folder`, or with the object's.
    """

    save_wanted = Signal(object, object)  # Feature, Document or None
    undo_wanted = Signal(object)  # Feature

    def __init__(self, theme: Theme, who: QWidget, bucket: str, key: str, folder: str) -> None:
        super().__init__()
        self._bucket, self._key, self._folder = bucket, key, folder or key[: key.rfind("/") + 1]
        self._acl, self._policy, self._settings = AclTab(theme), PolicyEditor(theme), SettingsTab()
        tabs: list[tuple[QWidget, str]]
        tabs = [(who, WHO), (self._acl, ACL), (self._policy, POLICY), (self._settings, SETTINGS)]
        for widget, title in tabs:
            self.addTab(widget, title)
        self.setAccessibleName("Permissions")
        self.parts: dict[Feature, Part]
        self.parts = {Feature.ACL: self._acl, Feature.POLICY: self._policy, **self._settings.sections}
        for feature, part in self.parts.items():
            part.save_wanted.connect(partial(self.save_wanted.emit, feature))
            part.undo_wanted.connect(partial(self.undo_wanted.emit, feature))

    @property
    def unsaved(self) -> bool:
        """Whether something was changed and not saved."""
        return self._acl.changed or self._policy.changed or self._settings.changed

    def show_tab(self, title: str) -> None:
        """Bring a tab to the front."""
        for number in range(self.count()):
            if self.tabText(number) == title:
                self.setCurrentIndex(number)

    def set_busy(self, *, busy: bool) -> None:
        """Nothing can be edited while something is read or saved."""
        for part in self.parts.values():
            part.set_busy(busy=busy)

    def show_document(self, feature: Feature, seen: Mapping[Feature, Seen[Any]]) -> None:
        """Show what was read of one, all of them given: ownership decides whether an access list counts."""
        if feature is Feature.ACL:
            off = seen[Feature.OWNERSHIP].value is Ownership.ENFORCED
            self._acl.show_list(seen[feature], of_object=bool(self._key), remark=_LISTS_OFF if off else "")
        elif feature is Feature.POLICY:
            self._policy.set_document(seen[feature], self._bucket, self._folder)
        else:
            self._settings.sections[feature].show_setting(seen[feature])

    def show_saved(self, feature: Feature, seen: Mapping[Feature, Seen[Any]]) -> None:
        """Show one as it is now, and the access list anew where that may count now or not; what was typed stays."""
        self.show_document(feature, seen)
        if feature is Feature.OWNERSHIP and not self._acl.changed:
            self.show_document(Feature.ACL, seen)
